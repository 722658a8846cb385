#!/usr/bin/env bash
# The ways a line is known: one line for a whole file, its charges another; and
# lines that tell nothing but amount, account and time.
. "$(dirname "$0")/../lib/story.sh"
BATCH_ROWS=4
story "ways to match" --charge 10
and_a_till
pull() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" >/dev/null; }
rec() { as amina reconcile "$RUN" --json 2>/dev/null; }
row() { jq -r "$1" "$S/out"; }

# --- in bulk
payroll 10 >"$S/a.csv"
ok "ten people, three files" approved "$S/a.csv" 2026-11
exits "all paid" 0 as amina send "$RUN" --wait
curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d '{"line_bulk":true}' >/dev/null
pull salaries
is "three payouts, three charges, the deposit" "$(sql "SELECT count(*) FROM statement_line")" 7
exits "each file is one line: everything ties" 0 rec
is "all are matched, in bulk" "$(row '"\(.matched) \(.findings)"') $(sql "SELECT string_agg(DISTINCT how, ' ') FROM statement_match")" "10 0 bulk"
is "and the balance is proven" "$(row '.balances[0] | "\(.difference) \(.off)"')" "0.00 0.00"
sql "UPDATE statement_line SET minor = minor - 700 WHERE narrative LIKE 'Payouts%' AND minor = (SELECT min(minor) FROM statement_line)" >/dev/null
exits "7.00 more in one of them" 5 rec
is "is the whole batch's" \
   "$(row '[.list[] | select(.kind == "amount_differs") | "\(.seq) \(.amount) \(.about | test("batch [123]"))"] | join("; ")')" "0 7.00 true"

# --- by looks: Payee 3 is paid the same sum twice
{ echo "Name,Phone,Amount,Rail"; for i in 1 2 3 4; do echo "Payee $i,2547$((22000000 + i)),$((2000 + i)),SAPAMA-MPESA"; done
  echo "Payee 3,254722000003,2003,SAPAMA-MPESA"; } >"$S/b.csv"
RUN=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --allow-duplicates "a bonus twice" --json | jq -r .run)
as amina submit "$RUN" >/dev/null
ok "five at Sapama" as brian approve "$RUN" --confirm-total 10013.00
exits "paid" 0 as amina send "$RUN" --wait
pull till
exits "with ids, receipts, references: it ties" 0 rec
sql "UPDATE statement_line SET provider_id = '', receipt = '', reference = '', batch_id = NULL, seq = NULL,
            seal = NULL WHERE account_id = 2" >/dev/null
exits "with nothing but looks: it ties" 0 rec
is "as many lines as payments are told apart by time" \
   "$(row .matched) $(sql "SELECT string_agg(DISTINCT how, ' ') FROM statement_match WHERE account_id = 2")" "5 looks"
sql "DELETE FROM statement_line WHERE line_id = (SELECT max(line_id) FROM statement_line WHERE account_id = 2 AND minor = -200300)" >/dev/null
exits "one line for two payments alike" 5 rec
is "is a finding, not a guess" \
   "$(row '[.list[] | select(.kind == "ambiguous" or .kind == "missing_there") | "\(.kind) \(.amount)"] | join("; ")')" \
   "ambiguous 2003.00; missing_there 2003.00; missing_there 2003.00"
is "and it explains what is off" "$(row '.balances[0] | "\(.off) \(.explained)"')" "-2003.00 -2003.00"
exits "an account's days" 5 as amina reconcile --account till --from "$TODAY" --to "$SOON"
exits "days that are none" 64 as amina reconcile --account till --from yesterday
exits "nor these" 64 as amina reconcile --account till --from 2026-02-31
exits "neither a run nor an account" 64 as amina reconcile
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
