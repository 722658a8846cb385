#!/usr/bin/env bash
# Statements from files: every mistake is named and nothing is half taken in;
# the same again changes nothing, and statements that overlap are one.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "statements from files"
data=$(cd "$(dirname "$0")/../data/statements" && pwd)
p user add zawadi --role auditor >/dev/null
cat >>"$DIR/payrun.yaml" <<'YAML'
statements:
  - name: equity
    account: salaries
    columns:
      date: Transaction Date
      value_date: Value Date
      text: Narrative
      reference: Reference
      out: Debit
      in: Credit
      balance: Running Balance
    dates: DD/MM/YYYY
    amounts: two_columns
YAML
lines() { sql "SELECT count(*) FROM statement_line"; }
import() { as amina statement import "$@"; }

# --- a file with mistakes
sed -e 's/"-45,000.00",,*"955,000.00"/"-45,O00.00","955,000.00"/; s|25-11-2026 09:15:02,25-11-2026 09:15:01,B2C|31-02-2026 09:15:02,25-11-2026 09:15:01,B2C|' \
    "$data/mpesa.csv" >"$S/bad.csv"
exits "a statement with mistakes" 65 import "$S/bad.csv"
like "the amount, by its line" "$(cat "$S/out")" "bad.csv:18"
like "and the day of another, in one go" "$(cat "$S/out")" "bad.csv:15.*31-02-2026"
like "nothing was taken in" "$(cat "$S/out")" "nothing of it was taken in"
is "not one line" "$(lines)" 0
is "no statement either" "$(sql 'SELECT count(*) FROM statement')" 0
exits "as JSON, too" 65 import "$S/bad.csv" --json
is "with the places of the problems" \
   "$(jq -r '[.problems[] | select(.severity == "error") | .line] | sort | map(tostring) | join(" ")' "$S/out")" "15 18"

# --- mended
exits "mended, it is taken in" 0 import "$data/mpesa.csv" --json
is "by its content it is M-Pesa's" "$(jq -r .format "$S/out")" mpesa
is "six lines, all of them new" "$(jq -r '"\(.lines) \(.new) \(.unbooked)"' "$S/out")" "6 6 1"
is "what moved" "$(jq -r '"\(.opening) + \(.in) - \(.out) = \(.closing)"' "$S/out")" \
   "1000000.00 + 47500.00 - 107095.00 = 940405.00"
is "lines add up to the statement" \
   "$(sql "SELECT sum(minor) FROM statement_line")" -5959500
is "a charge is a line with its payment's receipt" \
   "$(sql "SELECT kind, minor FROM statement_line WHERE receipt = 'UKP1B0A2C3' ORDER BY minor" | xargs)" \
   "payment|-4500000 charge|-5300"
is "what was taken back says so" \
   "$(sql "SELECT minor, linked FROM statement_line WHERE kind = 'reversal'")" "4500000|UKP1B0A2C3"
is "the moment is Nairobi's" \
   "$(sql "SELECT booked_at FROM statement_line WHERE receipt = 'UKT5C6D7E8'")" "2026-11-29 05:00:00+00"

# --- again, and overlapping
exits "the same file again" 0 import "$data/mpesa.csv"
like "is known" "$(cat "$S/out")" "taken in before, by amina.*nothing changed"
is "and changed nothing" "$(lines) $(sql 'SELECT count(*) FROM statement')" "6 1"
{ sed -n 11p "$data/mpesa.csv"
  echo 'ULA1B2C3D4,01-12-2026 10:00:00,01-12-2026 10:00:00,Business Payment to 254712345678 - JANE WANJIRU,Completed,,"-45,000.00","895,405.00",true,Business Payment to Customer via API,254712345678 - JANE WANJIRU,,'
  sed -n 12,13p "$data/mpesa.csv"; } >"$S/overlap.csv"
exits "a statement that overlaps it" 0 import "$S/overlap.csv" --json
is "brings what is new" "$(jq -r '"\(.lines) \(.new)"' "$S/out")" "3 1"
is "each line is there once" "$(lines)" 7
is "and is known to stand in both" \
   "$(sql "SELECT count(*) FROM statement_contains")" 9

# --- a bank
exits "a bank's CSV needs a map" 65 import "$data/bank_two_columns.csv" --account salaries
like "and how to make one" "$(cat "$S/out")" "PR-STM-003|map"
exits "no such map: configuration" 78 import "$data/bank_two_columns.csv" --map nairobi
like "those there are" "$(cat "$S/out")" "there are: equity"
exits "with its map" 0 import "$data/bank_two_columns.csv" --map equity --json
is "its lines and balances" \
   "$(jq -r '"\(.format) \(.new) \(.closing)"' "$S/out")" "bank-csv 4 749955.00"
is "what came back is not what came in" \
   "$(sql "SELECT kind FROM statement_line WHERE book = 'bank' ORDER BY line_id" | xargs)" \
   "deposit payment charge returned"
exits "camt.053" 0 import "$data/camt053_v8.xml" --json
is "a batch and its parts" "$(jq -r '"\(.format) \(.parts)"' "$S/out")" "camt053 2"
is "the parts are in no sum, and name their batch" \
   "$(sql "SELECT p.minor, b.minor, b.parts FROM statement_line p JOIN statement_line b ON b.line_id = p.bulk_line_id ORDER BY 1" | xargs)" \
   "-6200000|-10700000|2 -4500000|-10700000|2"
exits "MT940" 0 import "$data/mt940_swift.sta" --json
is "two pages of it" "$(jq -r '"\(.format) \(.statements)"' "$S/out")" "mt940 2"
before=$(lines)

# --- cut short, of another account, in another currency
head -c 700 "$data/mt940_swift.sta" >"$S/cut.sta"
exits "a file that was cut short" 65 import "$S/cut.sta"
head -c 2000 "$data/camt053_v8.xml" >"$S/cut.xml"
exits "XML that was" 65 import "$S/cut.xml"
sed 's/0112233445566/0998877665544/; s/STMT20261130/STMT20261131/' "$data/mt940_swift.sta" >"$S/other.sta"
exits "a statement of another account" 4 import "$S/other.sta"
like "which one it names" "$(cat "$S/out")" "0998877665544.*so far.*0112233445566"
sed 's/KES/USD/g' "$data/mt940_swift.sta" >"$S/usd.sta"
exits "one in another currency" 65 import "$S/usd.sta"
like "says so" "$(cat "$S/out")" "in USD, but the account salaries is in KES"
exits "a file that is not there" 66 import "$S/none.csv"
exits "a format that there is not" 64 import "$data/mpesa.csv" --format pdf
exits "an auditor takes none in" 77 as zawadi statement import "$data/mpesa.csv"
is "none of it left a line" "$(lines)" "$before"

# --- looking, and what is missing in between
exits "the list" 0 as zawadi statement list
like "has them" "$(cat "$S/out")" "mpesa .*2026-11-.*mpesa.csv"
sed -n 11p "$data/mpesa.csv" >"$S/later.csv"
echo 'ULZ1B2C3D4,20-12-2026 10:00:00,20-12-2026 10:00:00,Pay Bill,Completed,"1,000.00",,"800,000.00",true,Pay Bill Online,,,' >>"$S/later.csv"
exits "a later one" 0 import "$S/later.csv"
exits "what lies between" 0 p statement list --json
is "is a gap of days and of money" \
   "$(jq -r '.gaps[] | select(.book == "mpesa") | "\(.covered) \(.goes_on) \(.days) \(.moved)"' "$S/out")" \
   "2026-12-01 2026-12-20 18 -96405.00"
exits "one with its lines" 0 p statement show 1
like "and what it says" "$(cat "$S/out")" "UKP1B0A2C5"
exits "as CSV" 0 p statement show 1 --format csv
is "a line each" "$(wc -l <"$S/out")" 7
exits "one that is not there" 64 p statement show 4711
is "the audit tells who took in what" \
   "$(sql "SELECT count(*) FROM audit WHERE action = 'statement import' AND actor = 'amina'")" 6
exits "and holds" 0 p audit verify
is "nobody was paid by any of this" "$(books summary | jq -r .payments)" 0
came_past
story_end
