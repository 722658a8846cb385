// Who is told, for stories: a webhook receiver that checks signatures as Standard
// Webhooks says, and a mail relay.  node receivers.cjs FOLDER
//   FOLDER/hook.port, FOLDER/mail.port   where they listen
//   FOLDER/mode     ok | refuse | hang: what the receiver does, read each time
//   FOLDER/hooks    one line a request: "good|bad ID KIND"
//   FOLDER/letters  what the relay was given
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');

const dir = process.argv[2];
const at = name => path.join(dir, name);
const key = fs.readFileSync(at('hook.secret'), 'utf8').trim();

function mode() {
    try { return fs.readFileSync(at('mode'), 'utf8').trim(); } catch { return 'ok'; }
}

function isGood(head, body) {
    const mac = crypto.createHmac('sha256', key)
        .update(`${head['webhook-id']}.${head['webhook-timestamp']}.`)
        .update(body).digest('base64');
    const young = Math.abs(Date.now() / 1000 - Number(head['webhook-timestamp'])) < 300;
    return young && head['webhook-signature'] === `v1,${mac}`;
}

http.createServer((req, res) => {
    const parts = [];
    req.on('data', d => parts.push(d));
    req.on('end', () => {
        const body = Buffer.concat(parts), told = JSON.parse(body);
        const good = isGood(req.headers, body) && told.id === req.headers['webhook-id'];
        fs.appendFileSync(at('hooks'),
            `${mode()} ${good ? 'good' : 'bad'} ${told.id} ${told.kind} ${req.url}\n`);
        fs.appendFileSync(at('bodies'), body + '\n');
        if (mode() === 'hang') return;
        res.writeHead(mode() === 'refuse' ? 500 : 204);
        res.end();
    });
}).listen(0, '127.0.0.1', function () {
    fs.writeFileSync(at('hook.port'), String(this.address().port));
});

net.createServer(s => {
    let rest = '', inside = false;
    s.write('220 relay\r\n');
    s.on('error', () => {});
    s.on('data', d => {
        rest += d.toString('utf8');
        for (let n; (n = rest.indexOf('\r\n')) >= 0;) {
            const line = rest.slice(0, n);
            rest = rest.slice(n + 2);
            if (inside) {
                inside = line !== '.';
                fs.appendFileSync(at('letters'), line + '\n');
                if (!inside) s.write('250 taken\r\n');
            } else if (/^DATA/i.test(line)) {
                inside = true;
                s.write('354 go on\r\n');
            } else if (/^(MAIL|RCPT)/i.test(line)) {
                fs.appendFileSync(at('letters'), line + '\n');
                s.write('250 fine\r\n');
            } else if (/^QUIT/i.test(line)) {
                s.end('221 bye\r\n');
            } else {
                s.write('250 relay\r\n');
            }
        }
    });
}).listen(0, '127.0.0.1', function () {
    fs.writeFileSync(at('mail.port'), String(this.address().port));
});
