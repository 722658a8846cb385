// A pay run as a team would write it: csv-parse, pg, intasend-node.  Loads the
// file (load.js), then initiates and approves each batch through the SDK, 16 at a
// time, and notes what it was told.  The SDK's host is led to the bench's sink,
// without TLS.
//
// usage: node pay.js MODULES DATABASE-URL FILE PORT     prints how many rows.
"use strict";
const http = require("http");
const https = require("https");
const [modules, url, , port] = process.argv.slice(2);
const { Pool } = require(modules + "/pg");
const IntaSend = require(modules + "/intasend-node");
const { load } = require("./load.js");

const LANES = 16;

// The sink reads no chunks: body and end in one call make node tell the length.
https.request = (options, answered) => {
    const req = http.request({ ...options, hostname: "127.0.0.1", port },
                             answered);
    const end = req.end.bind(req);
    let body;
    req.write = (text) => { body = text; };
    req.end = () => end(body);
    return req;
};

async function pay(pool, payouts, batch) {
    const { rows } = await pool.query("SELECT seq, name, phone, minor "
        + "FROM payment WHERE batch = $1 ORDER BY seq", [batch]);
    const file = await payouts.mpesa({
        currency: "KES", requires_approval: "YES",
        batch_reference: "B" + batch,
        transactions: rows.map((r) => ({
            name: r.name, account: r.phone,
            amount: String(Number(r.minor) / 100),
            narrative: "Salary 2026-11",
            idempotency_key: batch + "-" + r.seq,
        })),
    });
    if (file.transactions.length !== rows.length)
        throw new Error("batch " + batch + ": other payments");
    await pool.query("INSERT INTO sent VALUES ($1, $2, $3, $4)",
        [batch, file.tracking_id, file.status_code, JSON.stringify(file)]);
    const told = await payouts.approve(file);
    await pool.query("UPDATE sent SET status = $2, answer = $3 "
        + "WHERE batch = $1", [batch, told.status_code, JSON.stringify(told)]);
    return told.transactions.length;
}

(async () => {
    const pool = new Pool({ connectionString: url, max: LANES });
    const client = await pool.connect();
    const { batches } = await load(client);
    client.release();
    await pool.query("CREATE TABLE sent (batch int PRIMARY KEY, "
        + "tracking_id text, status text, answer text)");
    const payouts = new IntaSend(null, "ISSecretKey_test_bench", true)
        .payouts();
    let next = 1, paid = 0;
    await Promise.all(Array.from({ length: LANES }, async () => {
        while (next <= batches) {
            const n = await pay(pool, payouts, next++);
            paid += n;
        }
    }));
    console.log(paid);
    await pool.end();
})();
