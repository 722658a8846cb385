// What both callback servers share: one pool, one statement.  The same table as
// payrun's, the same key: the same bytes again only count.
"use strict";
const crypto = require("crypto");

const SQL = "INSERT INTO inbox (provider, peer, sha256, body, trusted) "
    + "VALUES ('intasend', $1, $2, $3, true) "
    + "ON CONFLICT (provider, sha256, trusted) "
    + "DO UPDATE SET copies = inbox.copies + 1";

module.exports = (modules, url) => {
    const { Pool } = require(modules + "/pg");
    const pool = new Pool({ connectionString: url, max: 10 });

    // Resolves when it is committed; the caller has compared the challenge.
    return (peer, body) => {
        const key = crypto.createHash("sha256").update(body).digest();
        return pool.query({ name: "store", text: SQL,
                            values: [peer, key, body] });
    };
};
