// A TLS server in front of a stand-in, behind a wire that is cut at a byte:
//   node tls_cut.cjs STAND_IN_PORT FILE     KEY and CERT are in the environment
// FILE gets "PORT CONTROL".  On the control port, over HTTP, one address a word:
//   /cut?part=PART&at=N&how=HOW&skip=N   every connection from now on but the
//                                 first N, until /clear
//   /clear                        no more; answers {"fired":N}: how many it hit
// PART: hello (N bytes of what the client sends in the handshake pass), shake (of
// what the server sends in it), request (N bytes behind the handshake), answer (N
// bytes behind the first of the request).  HOW: rst, fin, stall, half.
//
// With TLS 1.3 the client's first encrypted record ends the handshake: from there
// on what it sends is the request, although nobody on the wire can read it.
'use strict';
const fs = require('fs');
const http = require('http');
const net = require('net');
const tls = require('tls');

const behind = Number(process.argv[2]);
let cut = null;
let fired = 0;
let connections = 0;            // since /cut

const inside = tls.createServer({
    key: fs.readFileSync(process.env.KEY),
    cert: fs.readFileSync(process.env.CERT),
    minVersion: 'TLSv1.3',
}, (outer) => {
    const inner = net.connect(behind, '127.0.0.1');
    outer.pipe(inner).pipe(outer);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
});
inside.on('tlsClientError', () => {});

// Where the client's records end: sets w.shaken behind its first encrypted one.
function follow(w, chunk) {
    for (const byte of chunk) {
        const at = w.seen++ - w.start;
        if (at < 5) w.head[at] = byte;
        if (at !== 4) continue;
        const end = w.start + 5 + w.head[3] * 256 + w.head[4];
        if (w.head[0] === 23 && w.shaken === null) w.shaken = end;
        w.start = end;
    }
}

// How many bytes may pass that way; Infinity: all.
function limit(w, up) {
    if (cut === null || w.nr <= cut.skip) return Infinity;
    if (up && cut.part === 'hello') return w.shaken === null ? cut.at : Infinity;
    if (up && cut.part === 'request') return w.shaken === null ? Infinity : w.shaken + cut.at;
    if (!up && cut.part === 'shake') return w.shaken === null ? cut.at : Infinity;
    if (!up && cut.part === 'answer') return w.asked === null ? Infinity : w.asked + cut.at;
    return Infinity;
}

function strike(w) {
    const { how } = cut;
    w.dead = true;
    fired++;
    if (how === 'rst') w.client.resetAndDestroy();
    if (how === 'fin') w.client.destroy();
    if (how === 'half') w.client.end();         // and what it says is read on
    if (how !== 'stall') w.server.destroy();
}

function pass(w, up, chunk) {
    if (w.dead) return;
    if (up) follow(w, chunk);
    const had = up ? w.up : w.down;
    const room = limit(w, up) - had;
    const part = chunk.subarray(0, Math.max(0, Math.min(room, chunk.length)));
    if (up) w.up += part.length; else w.down += part.length;
    if (up && w.asked === null && w.shaken !== null && w.up > w.shaken) w.asked = w.down;
    if (part.length > 0) (up ? w.server : w.client).write(part);
    if (part.length < chunk.length) strike(w);
}

const front = net.createServer((client) => {
    const server = net.connect(inside.address().port, '127.0.0.1');
    const w = {
        client, server, nr: ++connections, up: 0, down: 0, seen: 0, start: 0, head: [0, 0, 0, 0, 0],
        shaken: null, asked: null, dead: false,
    };
    client.on('data', (chunk) => pass(w, true, chunk));
    server.on('data', (chunk) => pass(w, false, chunk));
    client.on('error', () => {});
    server.on('error', () => {});
    client.on('close', () => server.destroy());
    server.on('close', () => { if (!w.dead) client.end(); });
});

const control = http.createServer((ask, answer) => {
    const url = new URL(ask.url, 'http://127.0.0.1');
    const said = Object.fromEntries(url.searchParams);
    if (url.pathname === '/cut') {
        cut = { part: said.part, at: Number(said.at), how: said.how, skip: Number(said.skip) };
        fired = connections = 0;
    }
    if (url.pathname === '/clear') cut = null;
    answer.end(JSON.stringify({ fired }));
});

inside.listen(0, '127.0.0.1', () => front.listen(0, '127.0.0.1', () => control.listen(0, '127.0.0.1', () => {
    fs.writeFileSync(`${process.argv[3]}.new`, `${front.address().port} ${control.address().port}\n`);
    fs.renameSync(`${process.argv[3]}.new`, process.argv[3]);
})));
