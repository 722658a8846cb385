// Callbacks with express and pg.
//
// usage: node callbacks_express.js MODULES DATABASE-URL CHALLENGE
//        prints its port.
"use strict";
const [modules, url, challenge] = process.argv.slice(2);
const express = require(modules + "/express");
const store = require("./inbox.js")(modules, url);

const app = express();
app.use(express.json({ verify: (req, res, bytes) => { req.raw = bytes; } }));
app.post("/callback/:account", async (req, res) => {
    if (req.body.challenge !== challenge)
        return res.status(403).json({ ok: false });
    try {
        await store(req.ip, req.raw);
        res.json({ ok: true });
    } catch {
        res.status(503).json({ ok: false });
    }
});
const server = app.listen(0, "127.0.0.1",
                          () => console.log(server.address().port));
