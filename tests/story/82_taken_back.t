#!/usr/bin/env bash
# Paid, closed, and taken back days later: the statement shows it, the payment
# is reversed with that line as its evidence, its run is open again, and closes
# when the next reconciliation finds nothing more.  And a doubt that the
# statement's receipt ends.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "taken back"
and_a_till
pull() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" >/dev/null; }
rec() { as amina reconcile "$RUN" --json 2>/dev/null; }
row() { jq -r "$1" "$S/out"; }
payroll 6 >"$S/a.csv"
ok "six people" approved "$S/a.csv" 2026-11
fault '{"on":"item","do":"reverse","times":1}'
exits "all paid" 0 as amina send "$RUN" --wait
back() { [ "$(books summary | jq .returned)" = 1 ]; }
ok "one of them is taken back" wait_for 30 back
is "nobody knows" "$(state) $(count paid.count)" "closed 6"
pull salaries
exits "reconciled: it is found" 5 rec
is "named, priced" "$(row '.list[] | "\(.kind) \(.run)"')" "taken_back $RUN"
is "moved, and the run is open again" "$(row '"\(.came_back) \(.reopened)"')" "1 1"
is "it is reversed" "$(sql "SELECT string_agg(state::text, ' ' ORDER BY state) FROM outcome")" \
   "paid paid paid paid paid reversed"
is "the line is its evidence" \
   "$(sql "SELECT kind, body::text <> '' FROM event JOIN outcome USING (batch_id, event_no) WHERE state = 'reversed'")" "statement|t"
is "open" "$(state)" settled
p work --until-idle >/dev/null 2>&1
is "and stays so with its break" "$(state)" settled
exits "reconciled again: all ties" 0 rec
is "the break has ended" "$(row '"\(.findings) \(.healed_breaks) \(.open_breaks)"')" "0 1 0"
p work --until-idle >/dev/null 2>&1
is "it closes" "$(state)" closed
is "once more: nothing" "$(rec | jq -r '"\(.findings) \(.came_back)"')" "0 0"
is "the audit has it" "$(sql "SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit WHERE action IN ('reversed', 'reopen')")" \
   "reversed reopen"

# --- a doubt: what Sapama says of one payment was never stored, the statement
# has its receipt under our own reference
{ echo "Name,Phone,Amount,Rail"; for i in 1 2 3 4; do echo "Payee $i,2547$((22000000 + i)),$((2000 + i)),SAPAMA-MPESA"; done; } >"$S/b.csv"
RUN=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --json | jq -r .run)
as amina submit "$RUN" >/dev/null
ok "four at Sapama" as brian approve "$RUN" --confirm-total 8010.00
exits "paid" 0 as amina send "$RUN" --wait
sql "UPDATE outcome SET state = 'in_doubt', receipt = NULL WHERE batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN') AND seq = 2;
     UPDATE batch SET doubt_rows = 1, doubt_minor = 200200, paid_rows = 3, paid_minor = paid_minor - 200200 WHERE batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN');
     UPDATE run SET state = 'settled' WHERE ref = '$RUN'" >/dev/null
is "in doubt here" "$(count in_doubt.count)" 1
pull till
exits "the statement shows it paid" 5 rec
is "which ends the doubt" "$(row .doubts_ended)" 1
is "by its receipt" "$(sql "SELECT state, receipt = (SELECT receipt FROM statement_line l WHERE l.batch_id = o.batch_id AND l.seq = o.seq AND l.receipt <> '') FROM outcome o WHERE batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN') AND seq = 2")" "paid|t"
exits "and all ties" 0 rec
p work --until-idle >/dev/null 2>&1
is "closed" "$(state)" closed
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
came_past
story_end
