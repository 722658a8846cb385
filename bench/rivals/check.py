"""The checks of `payrun check`, as a team would write them in Python.

usage: check.py FILE     prints one JSON object: rows, good rows, their total
in minor units, and every mistake as [code, line] with payrun's codes, so that
bench/run can see that both found the same.
"""
import csv
import json
import re
import sys
import unicodedata
from decimal import Decimal

FIELDS = {
    "employee no": "employee", "employee name": "name",
    "phone number": "phone", "net pay": "amount", "department": "department",
}
SAFARICOM = set("70 71 72 74 757 758 759 768 769 79 11 14 18".split())
OTHERS = set("744 747 73 78 750 751 752 753 754 755 756 761 762 10 77 120 763 "
             "764 765 766 124 760 767 121 130".split())
SMALLEST, LARGEST = Decimal(10), Decimal(250000)
DAY_LARGEST = Decimal(500000)
NAME_BYTES = 240

SEPARATORS = re.compile("[ \t.()\u00a0\u00ad\u2000-\u2015\u202a-\u202f"
                        "\u2060-\u2069\u2212\ufeff-]+")
PHONE = re.compile(r"(?:\+?254|00254)?0?([71][0-9]{8})")
EXPONENT = re.compile(r"[0-9][0-9.,]*[eE][+-]?[0-9]+")
AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]")


class Check:
    def __init__(self):
        self.problems = []
        self.blocked = False
        self.payees = {}
        self.employees = {}
        self.rows = self.good = 0
        self.total = Decimal(0)
        self.has_point = False

    def note(self, code, line, warning=False):
        self.problems.append([code, line])
        self.blocked = self.blocked or not warning

    def phone(self, text, line):
        text = text.strip().removeprefix("'")
        match = PHONE.fullmatch(SEPARATORS.sub("", text))
        if match:
            number = "254" + match[1]
            self.network(number, line)
            return number
        self.note(self.phone_flaw(text), line)
        return None

    @staticmethod
    def phone_flaw(text):
        bare = SEPARATORS.sub("", text)
        if not text:
            return "PR-CSV-010"
        if EXPONENT.fullmatch(text):
            return "PR-CSV-011"
        parts = re.split("[/,;]", bare)
        if len(parts) > 1 and all(PHONE.fullmatch(p) for p in parts):
            return "PR-CSV-013"
        digits = bare.removeprefix("+")
        if not digits.isdigit():
            return "PR-CSV-012"
        if bare.startswith("+") and not digits.startswith("254"):
            return "PR-CSV-014"
        digits = digits.removeprefix("254").removeprefix("0")
        if len(digits) != 9:
            return "PR-CSV-017" if len(digits) < 9 else "PR-CSV-016"
        return "PR-CSV-015"

    def network(self, number, line):
        three, two = number[3:6], number[3:5]
        if three in OTHERS:
            self.note("PR-CSV-018", line, warning=True)
        elif three not in SAFARICOM and two not in SAFARICOM:
            self.note("PR-CSV-018" if two in OTHERS else "PR-CSV-019", line,
                      warning=True)

    def amount(self, text, line):
        text = text.strip().removeprefix("'")
        match = AMOUNT.fullmatch(text)
        if not match:
            if not text:
                code = "PR-CSV-020"
            elif EXPONENT.fullmatch(text):
                code = "PR-CSV-021"
            elif text.startswith(("-", "(")):
                code = "PR-CSV-023"
            else:
                code = "PR-CSV-022"
            self.note(code, line)
            return None
        whole, decimals = match[1], match[2]
        if decimals is not None and len(decimals) <= 2:
            self.has_point = True
        elif "," in whole and not self.has_point:
            self.note("PR-CSV-026", line)
            return None
        value = Decimal(text.replace(",", ""))
        if value == 0:
            self.note("PR-CSV-024", line)
        elif value != value.to_integral_value():
            self.note("PR-CSV-025", line)
        elif value < SMALLEST:
            self.note("PR-CSV-073", line)
        elif value > LARGEST:
            self.note("PR-CSV-078" if value > DAY_LARGEST else "PR-CSV-074",
                      line)
        return value

    def text(self, text, line):
        if CONTROL.search(text):
            self.note("PR-CSV-063", line)
        if not text.isascii():
            if BIDI.search(text):
                self.note("PR-CSV-061", line, warning=True)
            if INVISIBLE.search(text):
                self.note("PR-CSV-062", line, warning=True)
        if len(text) > NAME_BYTES or len(text.encode()) > NAME_BYTES:
            self.note("PR-CSV-064", line)
        return unicodedata.normalize("NFC", text)

    def twice(self, number, employee, amount, line):
        before = self.payees.get(number)
        if before is None:
            self.payees[number] = (line, amount)
        else:
            self.note("PR-CSV-030" if before[1] == amount else "PR-CSV-031",
                      line)
        if employee:
            employee = employee.upper()
            first = self.employees.setdefault(employee, line)
            if first != line and (before is None or first != before[0]):
                self.note("PR-CSV-032", line, warning=True)

    def row(self, record, at, line):
        self.blocked = False
        self.rows += 1
        cells = {field: record[i].strip() for field, i in at.items()}
        for value in cells.values():
            if value.startswith("#"):
                self.note("PR-CSV-065", line)
        number = self.phone(cells["phone"], line)
        if not self.text(cells["name"], line):
            self.note("PR-CSV-060", line)
        self.text(cells["employee"], line)
        self.text(cells["department"], line)
        amount = self.amount(cells["amount"], line)
        if number:
            self.twice(number, cells["employee"], amount, line)
        if not self.blocked:
            self.good += 1
            self.total += amount


def main():
    check = Check()
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader)
        at = {}
        for i, name in enumerate(header):
            field = FIELDS.get(name.strip().lower())
            if field:
                at[field] = i
        if set(FIELDS.values()) - set(at):
            sys.exit("a column is missing")
        for record in reader:
            if len(record) != len(header):
                check.rows += 1
                check.note("PR-CSV-050", reader.line_num)
                continue
            check.row(record, at, reader.line_num)
    json.dump({"rows": check.rows, "good_rows": check.good,
               "good_minor": int(check.total * 100),
               "problems": check.problems}, sys.stdout)


main()
