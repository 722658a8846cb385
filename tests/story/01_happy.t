#!/usr/bin/env bash
# A payroll of 45 people in 5 batches, nothing goes wrong.
. "$(dirname "$0")/../lib/story.sh"
story "everything goes well"

payroll 45 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
is "five batches were cut" "$(p show "$RUN" --json | jq .batches)" 5
exits "send and wait: all paid" 0 as amina send "$RUN" --wait
is "the run is closed: every sum ties" "$(state)" closed
is "45 paid" "$(count paid.count)" 45
is "the amount paid is the total approved" "$(count paid.amount)" "$TOTAL"
ok "the report as text" p report "$RUN" --format text
like "it shows the proof" "$(cat "$S/out")" "ties"
ok "the report as csv" p report "$RUN" --format csv
is "one line a person and a header" "$(wc -l <"$S/out")" 46
ok "the report as json" p report "$RUN" --format json
is "it parses" "$(jq '.payments | length' "$S/out")" 45
ok "the report as html" p report "$RUN" --format html
like "it is a page" "$(head -c 200 "$S/out")" "<!DOCTYPE html>"
exits "sending it again is refused" 4 as amina send "$RUN"
each_paid_once
story_end
