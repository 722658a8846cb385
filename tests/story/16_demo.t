#!/usr/bin/env bash
# The demo, small: it ends well, in words and in JSON, and leaves what it says.
. "$(dirname "$0")/../lib/story.sh"

exits "the demo" 0 "$PAYRUN" demo --rows 300 --seed 5 --dir "$S/demo" --keep
like "the books agree" "$(tail -20 "$S/out")" "THE SAME"
for f in payroll.csv payroll.rejects.csv report.html report.csv report.json; do
    ok "$f is there" test -s "$S/demo/$f"
done
is "the kept run can be looked at" \
    "$("$PAYRUN" list --json --dir "$S/demo" | jq -r '.runs[0].state')" closed
ok "and its database stopped" "$PAYRUN" db down --dir "$S/demo"
exits "a folder that is not empty is left alone" 4 "$PAYRUN" demo --dir "$S/demo"
exits "in JSON" 0 "$PAYRUN" demo --rows 100 --json
is "one object that says it ties" "$(jq -r '.same' "$S/out")" true
N=$((N))
story_end
