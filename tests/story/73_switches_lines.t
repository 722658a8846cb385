#!/usr/bin/env bash
# Everything the stand-ins' statements can show: bulk debits, charges and
# reversals as lines of their own, late booking, and the faults that a
# reconciliation has to find.  Each is pulled as it is told, priced exactly.
. "$(dirname "$0")/../lib/story.sh"
story "lines that differ" --charge 20
NOW=$(TZ=Africa/Nairobi date +%F)
LATER=$(TZ=Africa/Nairobi date -d '+3 days' +%F)
and_a_till
rules() { curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "$1" >/dev/null; }
{ echo "Name,Phone,Amount"
  for i in 1 2 3 4 5 6; do echo "Payee $i,25471100000$i,$((1000 * i))"; done; } >"$S/a.csv"
ok "paid at IntaSend" approved "$S/a.csv" 2026-11
exits "six of them" 0 as amina send "$RUN" --confirm-total "$TOTAL" --wait
{ echo "Name,Phone,Amount,Rail"
  for i in 1 2 3 4 5; do echo "Payee $i,25472200000$i,$((1000 * i)),SAPAMA-MPESA"; done
  echo "Payee 6,254700000700,6000,SAPAMA-MPESA"; } >"$S/b.csv"
run_b=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --json | jq -r .run)
as amina submit "$run_b" >/dev/null
as brian approve "$run_b" --confirm-total 21000 >/dev/null
exits "six at Sapama" 0 as amina send "$run_b" --confirm-total 21000 --wait

# what each pull shows: how many lines, and what went out and came in.  Lines
# are kept for good, so each look is at an empty shelf.
look() {    # look ACCOUNT: the pull's answer in $S/out
    sql "TRUNCATE provider_mark, statement_again, statement_line, statement CASCADE" >/dev/null
    as amina statement --pull "$1" --from "$TODAY" --to "$LATER" --no-marks --json >"$S/out"
    jq -r '"\(.lines) \(.out) \(.in)"' "$S/out"
}
kinds() { sql "SELECT kind, count(*) FROM statement_line GROUP BY kind ORDER BY kind" | xargs; }
deposit=$(books summary | jq -r .given_total)

# --- IntaSend
is "as it is: a deposit, six payments, six charges" "$(look salaries)" "13 21120.00 $deposit"
is "the balances follow" "$(jq -r .closing "$S/out")" "$(books summary | jq -r .current_balance)"
rules '{"line_bulk":true}'
is "a file as one debit, and its charges as one" "$(look salaries)" "3 21120.00 $deposit"
is "named by the file" "$(sql "SELECT count(*) FROM statement_line WHERE narrative LIKE 'Payouts of %'")" 1
is "and the balances follow all the same" "$(jq -r .closing "$S/out")" "$(books summary | jq -r .current_balance)"
rules '{"line_bulk":false,"line_omit":3}'
is "two of them missing" "$(look salaries)" "11 12120.00 $deposit"
is "which the balances show" "$(jq -r .closing "$S/out")" null
rules '{"line_omit":0,"line_amount":3}'
is "two with 1.00 more" "$(look salaries)" "13 21122.00 $deposit"
rules '{"line_amount":0,"line_again":6}'
is "one twice" "$(look salaries)" "14 27120.00 $deposit"
is "under one number" "$(sql "SELECT max(n) FROM (SELECT count(*) AS n FROM statement_line GROUP BY provider_id) AS x")" 2
rules '{"line_again":0,"line_charge":2}'
is "three charges with 1.00 more" "$(look salaries)" "13 21123.00 $deposit"
rules '{"line_charge":0,"line_unknown":5}'
is "one of nobody" "$(look salaries)" "14 26120.00 $deposit"
rules '{"line_unknown":0,"line_late_s":86400}'
is "booked a day late" "$(look salaries; sql "SELECT count(*) FROM statement_line WHERE kind = 'payment' AND booked_on > '$NOW'")" \
   "13 21120.00 $deposit
6"
rules '{"line_late_s":0}'

# --- Sapama: its list has payments only, unless it is told otherwise
wait_for 60 test "$(books_sapama summary | jq -r .returned_total)" = 6000.00 ||
    wait_for 60 sh -c "curl -sf http://127.0.0.1:$SPORT/_books/summary | jq -e '.returned_total == \"6000.00\"'"
is "as it is: six payments" "$(look till)" "6 21000.00 0.00"
rules_sapama '{"line_charges":true,"line_reversals":true}'
is "with charges, and what was reversed" "$(look till)" "13 21120.00 6000.00"
is "each kind by its name" "$(kinds)" "charge|6 payment|6 reversal|1"
is "only the payments name ours" "$(sql "SELECT count(*) FROM statement_line WHERE batch_id IS NOT NULL")" 6
is "which is what its books say" "$(books_sapama summary | jq -r '"\(.paid_total) \(.charges_total) \(.returned_total)"')" "21000.00 120.00 6000.00"
rules_sapama '{"line_charge":1}'
is "every charge 1.00 more" "$(look till)" "13 21126.00 6000.00"
rules_sapama '{"line_charge":0,"line_charges":false,"line_reversals":false,"line_omit":1}'
is "all of them missing" "$(look till)" "0 0.00 0.00"
rules_sapama '{"line_omit":0,"line_amount":1}'
is "each 1.00 more" "$(look till)" "6 21006.00 0.00"
rules_sapama '{"line_amount":0,"line_again":1}'
is "each twice, under two numbers and one receipt" "$(look till)" "12 42000.00 0.00"
is "so it can be found" "$(sql "SELECT count(DISTINCT receipt), count(DISTINCT provider_id) FROM statement_line")" "6|12"
rules_sapama '{"line_again":0,"line_payee":1}'
is "another payee" "$(look till)" "6 21000.00 0.00"
is "whose phone it says" "$(sql "SELECT DISTINCT party_account FROM statement_line")" 254799000999
rules_sapama '{"line_payee":0,"line_unknown":1}'
is "as many of nobody" "$(look till)" "12 42000.00 0.00"
is "which name nothing of ours" "$(sql "SELECT count(*) FROM statement_line WHERE batch_id IS NULL")" 6
rules_sapama '{"line_unknown":0,"line_late_s":172800}'
is "dated two days late" "$(look till; sql "SELECT count(*) FROM statement_line WHERE booked_on > '$NOW'")" "6 21000.00 0.00
6"
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
