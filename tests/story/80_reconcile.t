#!/usr/bin/env bash
# A statement that is wrong in every way the stand-in knows: each difference is
# found, named and priced, and together they are what the balance is off by.
# What becomes of the breaks: found by nobody any more, explained, written off
# by two people; and a run does not close before.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "reconcile" --charge 10
rules() { curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "$1" >/dev/null; }
pull() { as amina statement --pull salaries --from "$TODAY" --to "$SOON" --json; }
rec() { as "${1:-amina}" reconcile "$RUN" --json; }
row() { jq -r "$1" "$S/out"; }
payees() {
    echo "Name,Phone,Amount"
    for i in 1 2 3 4 5 6 7 8 9 10; do echo "Payee $i,2547$((11000000 + i)),$((1000 + i))"; done
}
payees >"$S/a.csv"
p user add carol --role checker >/dev/null
p user add zawadi --role auditor >/dev/null
ok "ten people" approved "$S/a.csv" 2026-11
exits "nothing sent: nothing to find" 0 rec
exits "all paid" 0 as amina send "$RUN" --wait
exits "no statement: a finding" 5 rec
is "that says so, and for how much" \
   "$(row '.list[] | "\(.kind) \(.amount) \(.heals)"')" "not_covered $(jq -rn '"KES 10055.00"' | sed 's/KES //') true"

# --- everything wrong at once, each with another payee
rules '{"line_omit":10,"line_amount":7,"line_again":4,"line_charge":9,"line_unknown":6}'
exits "the statement" 0 pull
exits "it differs" 5 rec
found() { row "[.list[] | select(.kind == \"$1\") | \"\(.about | capture(\"(?<n>Payee [0-9]+)\").n // \"nobody\") \(.amount) \(.moved)\"] | join(\"; \")"; }
is "not there" "$(found missing_there)" "Payee 10 1010.00 -1010.00"
is "another amount" "$(found amount_differs)" "Payee 7 1.00 1.00"
is "there twice" "$(found duplicate_line)" "Payee 4 1004.00 1004.00; Payee 8 1008.00 1008.00"
is "another charge" "$(found charge_differs)" "Payee 9 1.00 1.00"
is "of nobody" "$(row '[.list[] | select(.kind == "missing_here") | .amount] | join(" ")')" 1006.00
is "the break that no statement told is healed" "$(row .healed_breaks)" 1
is "together they are all that is off" \
   "$(row '.balances[0] | "\(.off) \(.explained)"')" "2010.00 2010.00"
is "a second time finds the same, and no new break" \
   "$(rec | jq -r '"\(.findings) \(.new_breaks) \(.open_breaks)"')" "$(row '"\(.findings) 0 \(.open_breaks)"')"
n=$(row .findings)
is "an auditor sees it all and notes nothing" \
   "$(rec zawadi | jq -r '"\(.findings) \(.reconciliation)"')" "$n 0"
p breaks "$RUN" >"$S/out"
like "for people" "$(cat "$S/out")" "answered paid, not on the statement.*age 0-1 days"

# --- what becomes of them
id() { sql "SELECT break_id FROM break WHERE kind = '$1' ORDER BY break_id OFFSET ${2:-0} LIMIT 1"; }
exits "assigned" 0 as amina breaks assign "$(id missing_there)" --to brian
exits "nobody explains the breaks of a run of his own" 77 \
    as amina breaks explain "$(id amount_differs)" --note "fee in the amount"
exits "explained by another" 0 as brian breaks explain "$(id amount_differs)" --note "provider's letter 17"
exits "a reason is needed" 64 as brian breaks correct "$(id charge_differs)"
exits "corrected" 0 as brian breaks correct "$(id charge_differs)" --note "credited, advice 4"
exits "one would write it off" 0 as brian breaks write-off "$(id duplicate_line)" --note "too small"
exits "not alone" 77 as brian breaks agree "$(id duplicate_line)"
exits "not by the maker" 77 as amina breaks agree "$(id duplicate_line)"
exits "a second person agrees" 0 as carol breaks agree "$(id duplicate_line)"
is "nor in the database by itself" \
   "$(psql -XAtq "$URL" -c "SET search_path TO payrun; SET ROLE payrun_maker; UPDATE break SET state = 'written_off', note = 'x' WHERE state = 'open'" 2>&1 | grep -c 'two people only')" 1
exits "an auditor does nothing" 77 as zawadi breaks assign "$(id missing_there)"
is "it has a history" "$(p breaks show "$(id duplicate_line)" --as amina --json | jq -r '[.history[].did] | join(" ")')" \
   "found proposed agreed"
rules '{"line_omit":0}'
pull >/dev/null
exits "pulled again: the missing one is there" 5 rec
is "and its break has ended by itself" "$(sql "SELECT state FROM break WHERE kind = 'missing_there'")" healed
is "what was decided stays decided" \
   "$(sql "SELECT string_agg(state, ' ' ORDER BY break_id) FROM break WHERE kind IN ('amount_differs', 'charge_differs')")" \
   "explained corrected"

# --- the run closes when no break of it is open
sql "UPDATE run SET state = 'settled'" >/dev/null
p work --until-idle >/dev/null 2>&1
is "it stays open with an open break" "$(state)" settled
exits "the last ones" 0 as brian breaks correct "$(id duplicate_line 1)" --note "taken back on the phone"
p work --until-idle >/dev/null 2>&1
is "and closes without" "$(state)" closed
is "the audit has who did what" \
   "$(sql "SELECT count(*) FROM audit WHERE subject LIKE 'break %'")" 6
each_paid_once
came_past
story_end
