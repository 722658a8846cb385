// Loading a payroll as a team would with csv-parse and pg: phone and amount are
// checked, and rows inserted 5000 at a time in one transaction, into a table with
// what a payment needs.
//
// usage: node load.js MODULES DATABASE-URL FILE     prints how many rows.
"use strict";
const fs = require("fs");
const [modules, url, file] = process.argv.slice(2);
const { parse } = require(modules + "/csv-parse");
const { Client } = require(modules + "/pg");

const EACH = 5000;
const PHONE = /^(?:254|0)?([71][0-9]{8})$/;
const AMOUNT = /^[0-9]+(?:\.[0-9]{1,2})?$/;

function payment(row) {
    const phone = PHONE.exec(row["Phone Number"].replace(/[ ()+.-]/g, ""));
    const amount = row["Net Pay"].replace(/,/g, "");
    if (phone === null) throw new Error("phone " + row["Phone Number"]);
    if (!AMOUNT.test(amount)) throw new Error("amount " + amount);
    return {
        employee: row["Employee No"], name: row["Employee Name"],
        phone: "254" + phone[1], minor: Math.round(Number(amount) * 100),
        department: row["Department"],
    };
}

const COLUMNS = ["employee", "name", "phone", "minor", "department"];
const SQL = "INSERT INTO payment (batch, seq, employee, name, phone, minor, "
    + "department) SELECT $1, n, e, w, p, m, d FROM unnest($2::int[], "
    + "$3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[]) "
    + "AS x(n, e, w, p, m, d)";

// Also the first half of pay.js.
async function load(client) {
    const reader = fs.createReadStream(file).pipe(
        parse({ bom: true, columns: true }));
    const seen = new Set();
    let batch = 0, rows = [], total = 0;
    const store = async () => {
        batch++;
        await client.query({ name: "store", text: SQL, values:
            [batch, rows.map((_, i) => i + 1),
             ...COLUMNS.map((c) => rows.map((r) => r[c]))] });
        total += rows.length;
        rows = [];
    };
    await client.query("BEGIN");
    await client.query("CREATE TABLE payment (batch int, seq int, "
        + "employee text NOT NULL, name text NOT NULL, phone text NOT NULL, "
        + "minor bigint NOT NULL CHECK (minor > 0), department text, "
        + "PRIMARY KEY (batch, seq))");
    for await (const row of reader) {
        const p = payment(row);
        if (seen.has(p.phone)) throw new Error("twice: " + p.phone);
        seen.add(p.phone);
        if (rows.push(p) === EACH) await store();
    }
    if (rows.length > 0) await store();
    await client.query("COMMIT");
    return { total, batches: batch };
}

module.exports = { load };
if (require.main === module) (async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    console.log((await load(client)).total);
    await client.end();
})();
