// The checks of `payrun check`, as a team would write them with csv-parse.
//
// usage: node check.js CSV-PARSE-FOLDER FILE     prints what check.py prints.
"use strict";
const fs = require("fs");
const { parse } = require(process.argv[2]);

const FIELDS = new Map([
    ["employee no", "employee"], ["employee name", "name"],
    ["phone number", "phone"], ["net pay", "amount"],
    ["department", "department"],
]);
const SAFARICOM = new Set("70 71 72 74 757 758 759 768 769 79 11 14 18"
    .split(" "));
const OTHERS = new Set(("744 747 73 78 750 751 752 753 754 755 756 761 762 10 "
    + "77 120 763 764 765 766 124 760 767 121 130").split(" "));
const SMALLEST = 1000, LARGEST = 25000000, DAY_LARGEST = 50000000;  // minor
const NAME_BYTES = 240;

const SEPARATORS = new RegExp("[ \\t.()\\u00a0\\u00ad\\u2000-\\u2015"
    + "\\u202a-\\u202f\\u2060-\\u2069\\u2212\\ufeff-]+", "g");
const PHONE = /^(?:\+?254|00254)?0?([71][0-9]{8})$/;
const EXPONENT = /^[0-9][0-9.,]*[eE][+-]?[0-9]+$/;
const AMOUNT = /^([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?$/;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]/;

const problems = [];
const payees = new Map(), employees = new Map();
let rows = 0, good = 0, total = 0, blocked = false, hasPoint = false;

function note(code, line, warning = false) {
    problems.push([code, line]);
    blocked = blocked || !warning;
}

function phoneFlaw(text) {
    const bare = text.replace(SEPARATORS, "");
    if (text === "") return "PR-CSV-010";
    if (EXPONENT.test(text)) return "PR-CSV-011";
    const parts = bare.split(/[/,;]/);
    if (parts.length > 1 && parts.every((p) => PHONE.test(p)))
        return "PR-CSV-013";
    let digits = bare.replace(/^\+/, "");
    if (!/^[0-9]+$/.test(digits)) return "PR-CSV-012";
    if (bare[0] === "+" && !digits.startsWith("254")) return "PR-CSV-014";
    digits = digits.replace(/^254/, "").replace(/^0/, "");
    if (digits.length < 9) return "PR-CSV-017";
    return digits.length > 9 ? "PR-CSV-016" : "PR-CSV-015";
}

function checkNetwork(number, line) {
    const three = number.slice(3, 6), two = number.slice(3, 5);
    if (OTHERS.has(three))
        note("PR-CSV-018", line, true);
    else if (!SAFARICOM.has(three) && !SAFARICOM.has(two))
        note(OTHERS.has(two) ? "PR-CSV-018" : "PR-CSV-019", line, true);
}

function readPhone(cell, line) {
    const text = cell.replace(/^'/, "");
    const match = PHONE.exec(text.replace(SEPARATORS, ""));
    if (match === null) {
        note(phoneFlaw(text), line);
        return null;
    }
    const number = "254" + match[1];
    checkNetwork(number, line);
    return number;
}

function amountFlaw(text) {
    if (text === "") return "PR-CSV-020";
    if (EXPONENT.test(text)) return "PR-CSV-021";
    return text[0] === "-" || text[0] === "(" ? "PR-CSV-023" : "PR-CSV-022";
}

// Minor units in an integer: 2^53 is enough for this file's amounts.
function readAmount(cell, line) {
    const text = cell.replace(/^'/, "");
    const match = AMOUNT.exec(text);
    if (match === null) {
        note(amountFlaw(text), line);
        return null;
    }
    const decimals = match[2] === undefined ? "" : match[2];
    if (decimals !== "" && decimals.length <= 2) {
        hasPoint = true;
    } else if (match[1].includes(",") && !hasPoint) {
        note("PR-CSV-026", line);
        return null;
    }
    const minor = Number(match[1].replaceAll(",", "")) * 100
        + Number(decimals.padEnd(2, "0").slice(0, 2));
    if (minor === 0)
        note("PR-CSV-024", line);
    else if (minor % 100 !== 0 || /[1-9]/.test(decimals.slice(2)))
        note("PR-CSV-025", line);
    else if (minor < SMALLEST)
        note("PR-CSV-073", line);
    else if (minor > LARGEST)
        note(minor > DAY_LARGEST ? "PR-CSV-078" : "PR-CSV-074", line);
    return minor;
}

function checkText(text, line) {
    if (CONTROL.test(text)) note("PR-CSV-063", line);
    if (BIDI.test(text)) note("PR-CSV-061", line, true);
    if (INVISIBLE.test(text)) note("PR-CSV-062", line, true);
    if (Buffer.byteLength(text) > NAME_BYTES) note("PR-CSV-064", line);
    return text.normalize("NFC");
}

function checkTwice(number, employee, minor, line) {
    const before = payees.get(number);
    if (before === undefined)
        payees.set(number, [line, minor]);
    else
        note(before[1] === minor ? "PR-CSV-030" : "PR-CSV-031", line);
    if (employee === "") return;
    const key = employee.toUpperCase();
    const first = employees.get(key);
    if (first === undefined)
        employees.set(key, line);
    else if (before === undefined || first !== before[0])
        note("PR-CSV-032", line, true);
}

function checkRow(record, at, line) {
    blocked = false;
    rows++;
    const employee = record[at.employee].trim(), name = record[at.name].trim();
    const phone = record[at.phone].trim(), amount = record[at.amount].trim();
    const department = record[at.department].trim();
    for (const cell of [employee, name, phone, amount, department])
        if (cell[0] === "#") note("PR-CSV-065", line);
    const number = readPhone(phone, line);
    if (checkText(name, line) === "") note("PR-CSV-060", line);
    checkText(employee, line);
    checkText(department, line);
    const minor = readAmount(amount, line);
    if (number !== null) checkTwice(number, employee, minor, line);
    if (!blocked) {
        good++;
        total += minor;
    }
}

const at = {};
let width = 0, line = 0;
const parser = parse({ bom: true, relax_column_count: true });
parser.on("readable", () => {
    let record;
    while ((record = parser.read()) !== null) {
        line++;     // no cell of the generated file holds a line break
        if (line === 1) {
            width = record.length;
            record.forEach((name, i) => {
                const field = FIELDS.get(name.trim().toLowerCase());
                if (field !== undefined) at[field] = i;
            });
            if (Object.keys(at).length !== FIELDS.size)
                throw new Error("a column is missing");
        } else if (record.length !== width) {
            rows++;
            note("PR-CSV-050", line);
        } else {
            checkRow(record, at, line);
        }
    }
});
parser.on("error", (e) => { throw e; });
parser.on("end", () => console.log(JSON.stringify({
    rows, good_rows: good, good_minor: total, problems,
})));
fs.createReadStream(process.argv[3], { highWaterMark: 65536 }).pipe(parser);
