// JSON.stringify of a batch and JSON.parse of a reply, both made by bytes.
//
// usage: node json.js FOLDER TIMES     prints two lines: name, mean ns.
"use strict";
const fs = require("fs");

const folder = process.argv[2], times = Number(process.argv[3]);
const body = fs.readFileSync(folder + "/body.json", "utf8");
const reply = fs.readFileSync(folder + "/reply.json", "utf8");
const batch = JSON.parse(body);

if (JSON.stringify(batch) !== body)
    throw new Error("JSON.stringify writes another body");

// The first ones are not counted: the compiler is still at work.
function mean(name, work) {
    for (let i = 0; i < 5; i++) work();
    const from = process.hrtime.bigint();
    for (let i = 0; i < times; i++) work();
    const ns = (process.hrtime.bigint() - from) / BigInt(times);
    console.log(name + "\t" + ns);
}

mean("write.node", () => JSON.stringify(batch));
mean("read.node", () => JSON.parse(reply));
