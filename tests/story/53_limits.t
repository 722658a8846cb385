#!/bin/bash
# Ceilings of the organisation's own: per payment, run and day; raising one takes
# two people; the approval, the sending and the worker stop at them, and say by
# how much.  Nothing is paid above one.
. "$(dirname "$0")/../lib/story.sh"
export PAYRUN_COLUMNS=200

story "the organisation's own limits"
p user add otieno --role admin >/dev/null
as otieno user add njeri --role admin >/dev/null

six() {     # six FIRST AMOUNT: six payments
    echo 'name,phone,amount'
    for i in 0 1 2 3 4 5; do
        printf 'Person %s,07120000%02d,%s.00\n' "$1$i" $(($1 + i)) "$2"
    done
}
six 10 1000 >"$S/one.csv"
six 20 1000 >"$S/two.csv"
six 30 1000 >"$S/three.csv"

as amina upload "$S/one.csv" --period 2026-11 --json >"$S/up" 2>&1
RUN=$(jq -r .run "$S/up")
as amina submit "$RUN" >/dev/null

limits() { as otieno limits --json |
    jq -c ".limits[] | select(.account == \"$1\" and .of == \"$2\") |
           [.state, .amount // \"none\"]"; }
is "no limit is set: that is said" "$(limits "" day)" '["none","none"]'
p doctor >"$S/doctor" 2>&1
like "and doctor warns" "$(grep -i limits "$S/doctor")" "none for payment, run, day"

exits "a maker changes no limit" 77 as amina limits set --run 5000 --reason x
like "that is for an admin" "$(cat "$S/out")" "for an admin"
exits "a reason is asked for" 64 as otieno limits set --run 5000
ok "an admin sets one" as otieno limits set --run 5000 --account salaries --reason "small"
is "a first one is closer than none: in force at once" \
   "$(limits salaries run)" '["in_force","5000.00"]'
exits "the approval stops at it" 4 as brian approve "$RUN" --confirm-total 6000
like "which limit" "$(cat "$S/out")" "One run may pay at most KES 5,000.00 from the account .salaries. .limit 1."
like "by how much" "$(cat "$S/out")" "this one pays KES 6,000.00, KES 1,000.00 too much"
like "who can change it" "$(cat "$S/out")" "An admin may propose another: payrun limits set --run"
is "nothing was approved" "$(sql "SELECT count(*) FROM approval")" 0

ok "a higher one is proposed" as otieno limits set --run 6000 --account salaries --reason "bonus month"
is "what stands still stands" "$(limits salaries run | head -1)" '["in_force","5000.00"]'
exits "so the approval still stops" 4 as brian approve "$RUN" --confirm-total 6000
exits "who proposed does not agree" 77 as otieno limits agree 2
exits "a maker does not agree" 77 as amina limits agree 2
ok "another admin agrees" as njeri limits agree 2
is "it is in force" "$(limits salaries run)" '["in_force","6000.00"]'
exits "it is answered once" 4 as njeri limits agree 2
ok "a payment's limit for all accounts" as otieno limits set --payment 999.99 --reason "tight"
exits "stops the approval as well" 4 as brian approve "$RUN" --confirm-total 6000
like "and names the largest" "$(cat "$S/out")" "the largest one here is KES 1,000.00, KES 0.01 too much"
as otieno limits set --payment 1000 --reason "wrong by a cent" >"$S/out"
as brian limits refuse 4 >/dev/null
exits "a refused one is not agreed to" 4 as njeri limits agree 4
as otieno limits set --payment none --reason "no" >/dev/null
ok "none at all is higher, too: a checker agrees" as brian limits agree 5
is "none again" "$(limits "" payment)" '["none","none"]'

# --- the day ----------------------------------------------------------------
as otieno limits set --day 13000 --account salaries --reason "a day" >/dev/null
ok "below all of them it is approved" as brian approve "$RUN" --confirm-total 6000
FIRST=$RUN
approved "$S/two.csv" 2026-10 bonus || bail "not approved"
SECOND=$RUN
as amina upload "$S/three.csv" --period 2026-09 --json >"$S/up" 2>&1
THIRD=$(jq -r .run "$S/up")
as amina submit "$THIRD" >/dev/null
exits "the day's sum counts what is approved for it" 4 as brian approve "$THIRD" --confirm-total 6000
like "across runs" "$(cat "$S/out")" "On one day at most KES 13,000.00 .*it would be KES 18,000.00, KES 5,000.00 too much"
ok "the first is paid" as amina send "$FIRST" --wait
# It was approved, then the limit came down.
as otieno limits set --day 11000 --account salaries --reason "less" >/dev/null
exits "sending stops where the limit is closer by now" 4 as amina send "$SECOND" --wait
like "in the same words" "$(cat "$S/out")" "with this it would be KES 12,000.00, KES 1,000.00 too much"
is "nothing of it left" "$(sql "SELECT count(*) FROM attempt WHERE batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$SECOND')")" 0
# Raised to send it; lowered again before the worker comes: the claim itself.
as otieno limits set --day 12000 --account salaries --reason "for a moment" >/dev/null
as brian limits agree 8 >/dev/null
sql "UPDATE run SET state = 'paying' WHERE ref = '$SECOND'"
as otieno limits set --day 11999.99 --account salaries --reason "not now" >/dev/null
exits "the worker stops by itself" 0 p work --until-idle
is "the run is paused" "$(RUN=$SECOND state)" paused
like "and says why" "$(p status "$SECOND" --json | jq -r .why)" "KES 12,000.00, KES 0.01 too much"
is "still nothing of it left" "$(sql "SELECT count(*) FROM attempt WHERE step <> 'initiate' AND batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$SECOND')")" 0
is "only the first was paid" "$(books summary | jq .payments)" 6
as otieno limits set --day 12000 --account salaries --reason "yes" >/dev/null
as brian limits agree 10 >/dev/null
ok "raised by two, resumed, paid" as amina resume "$SECOND"
ok "..." as amina send "$SECOND" --wait
is "a limit is reached, not passed" "$(limits salaries day)" '["in_force","12000.00"]'
is "today's sum is told" "$(as otieno limits --json | jq -r '.limits[] | select(.account == "salaries" and .of == "day") | .today')" 12000.00
ok "every change is in the audit, and it holds" as otieno audit verify
is "and says who" "$(sql "SELECT count(*) FROM audit WHERE action LIKE 'limit%'")" 15
RUN=$SECOND
each_paid_once
story_end
