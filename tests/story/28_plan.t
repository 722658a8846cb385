#!/usr/bin/env bash
# Limits as data, rows split into linked parts, and the plan that shows it all
# before anybody approves; every part is paid once and the sums tie.
. "$(dirname "$0")/../lib/story.sh"
story "plan and split"

cat >"$S/nov.csv" <<'CSV'
Name,Phone,Account,Bank,Amount
Achieng,0712000001,,,45000
Barasa,0712000002,,,300000
Chebet,0712000003,,,500000
Dida,0733000004,,,1200
Ekeno,0712000005,,,240000
Fatma,,0123456789,Equity,300000.50
Gathoni,0712000007,,,600000
Hamisi,0712000008,,,9
Imani,0712000009,,,250001
CSV

# --- the file ---
exits "check says what can be done" 65 p check "$S/nov.csv" --json
is "what is too much, too small, too much for a day" \
   "$(jq -r '[.problems[] | select(.severity == "error")
              | "\(.code)@\(.line)"] | join(" ")' "$S/out")" \
   "PR-CSV-074@3 PR-CSV-074@4 PR-CSV-078@8 PR-CSV-073@9 PR-CSV-074@10"
like "with --split, in two parts, or by bank" \
   "$(jq -r '.problems[] | select(.line == 3).fix' "$S/out")" \
   "--split, which pays it in 2 linked parts of KES 150,000.00, or pay it to a bank account \(PESALINK"
like "or on another day" "$(jq -r '.problems[] | select(.line == 8).fix' "$S/out")" \
   "pay KES 500,000.00 of it and the rest on another day"
ok "nothing but the rejects was written" test ! -e "$S/nov.parts.csv"
rm -f "$S/nov.rejects.csv"

exits "a plan of the file" 65 p plan "$S/nov.csv" --split --json
is "what would be paid, and by how many payments" \
   "$(jq -r '"\(.rows) \(.held_rows) \(.payments) \(.total)"' "$S/out")" \
   "9 2 10 1636201.50"
is "by account and rail" \
   "$(jq -r '[.by_account_and_rail[] | "\(.rail) \(.payments) \(.split_rows) \(.total) \(.charges)"]
             | join(", ")' "$S/out")" \
   "MPESA-B2C 9 3 1336201.00 90.00, PESALINK 1 0 300000.50 100.00"
is "with charges" "$(jq -r '"\(.charges) \(.needs) \(.requests)"' "$S/out")" \
   "190.00 1636391.50 4"
is "rows to look at, by name" \
   "$(jq -r '[.look_at[] | "\(.sort) \(.line) \(.name)"] | join(", ")' "$S/out")" \
   "refused 8 Gathoni, refused 9 Hamisi, split 3 Barasa, split 4 Chebet, split 10 Imani, near 6 Ekeno, look 5 Dida"
is "each with a reason and what to do" \
   "$(jq '[.look_at[] | select(.reason == "" or .fix == "")] | length' "$S/out")" 0
ok "a plan leaves nothing behind" test ! -e "$S/nov.rejects.csv"
exits "for people too" 65 p plan "$S/nov.csv" --split
like "in one table" "$(cat "$S/out")" "MPESA-B2C +9 +KES 1,336,201.00 +KES 90.00"
like "with who cannot be paid" "$(cat "$S/out")" "Gathoni.*PR-CSV-078"
exits "no such file" 66 p plan "$S/dec.csv"

# --- the run ---
exits "the parts are loaded" 0 as amina upload "$S/nov.csv" --period 2026-11 \
    --split --accept-good-rows --json
RUN=$(jq -r .run "$S/out")
TOTAL=$(jq -r .total "$S/out")
is "rows and payments are told apart" \
   "$(jq -r '"\(.rows) \(.file.rows) \(.file.payments) \(.file.split_rows)"' "$S/out")" \
   "10 9 10 3"
is "linked parts, valid and as equal as can be" \
   "$(sql "SELECT string_agg(line_no || ':' || coalesce(part, 0) || '/' || coalesce(parts, 0)
                             || '=' || minor, ' ' ORDER BY line_no, part)
             FROM instruction")" \
   "2:0/0=4500000 3:1/2=15000000 3:2/2=15000000 4:1/2=25000000 4:2/2=25000000 5:0/0=120000 6:0/0=24000000 7:0/0=30000050 10:1/2=12500100 10:2/2=12500000"
exits "a plan of the run" 0 p plan "$RUN" --json
is "is the plan of the file" \
   "$(jq -r '"\(.rows) \(.held_rows) \(.payments) \(.total) \(.charges) \(.requests)"' "$S/out")" \
   "9 2 10 1636201.50 190.00 4"
is "with the same rows to look at" \
   "$(jq -r '[.look_at[] | "\(.sort) \(.line) \(.name)"] | join(", ")' "$S/out")" \
   "refused 8 , refused 9 , split 3 Barasa, split 4 Chebet, split 10 Imani, near 6 Ekeno, look 5 Dida"
as amina submit "$RUN" >"$S/out"
as brian approve "$RUN" >"$S/out" 2>&1 </dev/null
like "the checker is shown the way to it" "$(cat "$S/out")" "payrun plan $RUN"
ok "approved" as brian approve "$RUN" --confirm-total "$TOTAL"
exits "paid" 0 as amina send "$RUN" --wait
is "the run is closed: rows of the file and payments tie" "$(state)" closed
p report "$RUN" --format text >"$S/report"
like "the proof names the further parts" "$(cat "$S/report")" "further parts of split rows +-3"
p report "$RUN" --format json >"$S/report.json"
is "and so does JSON" "$(jq .sums.further_parts "$S/report.json")" 3
is "and every payment which part it is" \
   "$(jq -r '[.payments[] | select(.parts) | "\(.line):\(.part)/\(.parts)"] | join(" ")' \
      "$S/report.json")" "3:1/2 3:2/2 4:1/2 4:2/2 10:1/2 10:2/2"
p report "$RUN" --format csv >"$S/report.csv"
is "in a column of their own" "$(grep -c '[12] of 2' "$S/report.csv")" 6
p report "$RUN" --format html >"$S/report.html"
is "and on the page" "$(grep -o 'part [12] of 2' "$S/report.html" | wc -l)" 6
is "each part of a row has its own receipt" \
   "$(sql "SELECT count(DISTINCT receipt) FROM outcome JOIN instruction USING (batch_id, seq)
            WHERE parts = 2 AND state = 'paid'")" 6

# --- the same day, another run ---
printf 'Name,Phone,Amount\nChebet,0712000003,10\nEkeno,0712000005,100000\n' >"$S/bonus.csv"
exits "what was paid today counts" 4 as amina upload "$S/bonus.csv" \
    --period 2026-12 --kind bonus
like "by name, with what is left" "$(cat "$S/out")" "PR-DUP-005.*Chebet"
like "and the run" "$(cat "$S/out")" "in $RUN"
like "and not whoever is within it" "$(grep -c Ekeno "$S/out")" "^0$"
exits "on another day it is fine" 0 as amina upload "$S/bonus.csv" \
    --period 2026-12 --kind bonus --pay-date 2099-01-04

# --- limits are data ---
"$PAYRUN" help >/dev/null
sed -e 's/max: "250000"/max: "400000"/' "${PAYRUN%/build/*}/engine/cli/rules.yaml" >"$S/rules.yaml"
exits "a raised limit needs no new program" 65 p plan "$S/nov.csv" --rules "$S/rules.yaml" --json
is "one row is no longer too large" \
   "$(jq -r '[.look_at[] | select(.sort == "refused") | .line] | join(" ")' "$S/out")" "4 8 9"
cat >>"$S/rules.yaml" <<'YAML'
accounts:
  - name: salaries
    limits:
      - { rail: MPESA-B2C, max: "40000", until: "2099-01-03" }
YAML
exits "an account may be held closer" 65 p plan "$S/nov.csv" --rules "$S/rules.yaml" --json
is "until a day" "$(jq -r '[.by_account_and_rail[] | select(.rail == "MPESA-B2C") | .max]
                           | join(" ")' "$S/out")" "40000.00"
exits "and then no more" 65 p plan "$S/nov.csv" --rules "$S/rules.yaml" --json \
    --pay-date 2099-01-04
is "from that day on it is everybody's" \
   "$(jq -r '[.by_account_and_rail[] | select(.rail == "MPESA-B2C") | .max]
             | join(" ")' "$S/out")" "400000.00"
each_paid_once
story_end
