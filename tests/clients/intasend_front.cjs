// Loaded before the official package (node -r): it speaks HTTPS to the fixed
// host sandbox.intasend.com, and this puts that host on this machine.  A TLS
// server with a certificate for that name passes the bytes on, unread, to the
// stand-in.  The package itself is not touched, and it checks the certificate
// as always (the story gives its issuer through NODE_EXTRA_CA_CERTS).
'use strict';
const fs = require('fs');
const https = require('https');
const net = require('net');
const tls = require('tls');

const HOST = 'sandbox.intasend.com';
const behind = Number(process.env.SANDBOX_PORT);

const front = tls.createServer({
    key: fs.readFileSync(process.env.FRONT_KEY),
    cert: fs.readFileSync(process.env.FRONT_CERT),
}, (outer) => {
    const inner = net.connect(behind, '127.0.0.1');
    outer.pipe(inner).pipe(outer);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
});
const ready = new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
front.unref();

// The package writes a body behind its GETs that no header announces.  It was
// made for Node 18, which ends every connection; later ones keep it, and the
// body would be read as the beginning of the next request.
const agent = new https.Agent({ keepAlive: false });

const request = https.request;
https.request = (options, done) => {
    // Nothing may leave this machine, least of all for the live host.
    if (options.hostname !== HOST || options.port !== 443) {
        throw new Error(`the package asked for ${options.hostname}:${options.port}`);
    }
    return request({
        ...options,
        agent,
        port: front.address().port,
        lookup: (name, how, found) => (how.all
            ? found(null, [{ address: '127.0.0.1', family: 4 }])
            : found(null, '127.0.0.1', 4)),
    }, done);
};

globalThis.frontReady = ready;
