// Callbacks with node's http and pg.
//
// usage: node callbacks.js MODULES DATABASE-URL CHALLENGE    prints its port.
"use strict";
const http = require("http");
const [modules, url, challenge] = process.argv.slice(2);
const store = require("./inbox.js")(modules, url);

function answer(res, status) {
    res.writeHead(status, { "Content-Type": "application/json" });
    res.end(JSON.stringify({ ok: status === 200 }));
}

const server = http.createServer((req, res) => {
    const parts = [];
    req.on("data", (part) => parts.push(part));
    req.on("end", () => {
        const body = Buffer.concat(parts);
        let told;
        try {
            told = JSON.parse(body);
        } catch {
            return answer(res, 400);
        }
        if (told.challenge !== challenge) return answer(res, 403);
        store(req.socket.remoteAddress, body)
            .then(() => answer(res, 200), () => answer(res, 503));
    });
});
server.listen(0, "127.0.0.1", 4096,
              () => console.log(server.address().port));
