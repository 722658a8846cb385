#!/usr/bin/env bash
# The same again, in every disguise: stopped, or overridden with a reason that
# the checker sees; never silent.
. "$(dirname "$0")/../lib/story.sh"
story "duplicates"

payroll 40 >"$S/nov.csv"
as amina upload "$S/nov.csv" --period 2026-11 --json >"$S/first.json"
FIRST=$(jq -r .run "$S/first.json")
codes() { jq -r '[.problems[].code] | unique | join(" ")' "$S/out"; }

exits "the same file again" 4 as amina upload "$S/nov.csv" --period 2026-12 --json
like "is known by its bytes" "$(codes)" PR-DUP-001
(head -1 "$S/nov.csv"; tail -n +2 "$S/nov.csv" | sort -r) >"$S/shuffled.csv"
exits "the same rows in another order" 4 \
    as amina upload "$S/shuffled.csv" --period 2026-12 --json
like "are known" "$(codes)" PR-DUP-002
payroll 41 >"$S/more.csv"
exits "a second main run of the period" 4 \
    as amina upload "$S/more.csv" --period 2026-11 --json
like "is known" "$(codes)" PR-DUP-003
exits "the same payee and amount in another run of the period" 4 \
    as amina upload "$S/more.csv" --period 2026-11 --kind bonus --json
like "is known" "$(codes)" PR-DUP-004
is "by name and line: forty of them" \
    "$(jq '[.problems[] | select(.code == "PR-DUP-004" and .line > 0)] | length' "$S/out")" 40
exits "an empty reason is none" 64 as amina upload "$S/more.csv" \
    --period 2026-11 --kind bonus --allow-duplicates ""
exits "with a reason it goes" 0 as amina upload "$S/more.csv" \
    --period 2026-11 --kind bonus --allow-duplicates "thirteenth month" --json
SECOND=$(jq -r .run "$S/out")
is "the checker reads the reason" "$(p show "$SECOND" --json | jq -r .override)" \
    "thirteenth month"
ok "and each case" test "$(p show "$SECOND" --json | jq '.problems | length')" -ge 40
exits "another period is fine" 0 as amina upload "$S/more.csv" --period 2027-01 \
    --allow-duplicates "same people, next month" --json
ok "a rejected run does not count" as amina submit "$FIRST"
ok "reject" as brian reject "$FIRST" --reason "wrong month"

# Two people upload the same file at the same moment: one wins.
p user add carol --role maker >/dev/null
payroll 500 9 >"$S/race.csv"
"$PAYRUN" upload "$S/race.csv" --period 2028-01 --dir "$DIR" --as amina >"$S/a" 2>&1 &
A=$!
"$PAYRUN" upload "$S/race.csv" --period 2028-01 --dir "$DIR" --as carol >"$S/b" 2>&1 &
B=$!
wait $A; ra=$?
wait $B; rb=$?
is "one of two simultaneous uploads wins" "$((ra < rb ? ra : rb)) $((ra < rb ? rb : ra))" "0 4"
is "one run of that period" "$(sql "SELECT count(*) FROM run WHERE period = '2028-01'")" 1
story_end
