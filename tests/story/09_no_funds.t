#!/usr/bin/env bash
# The wallet does not cover the run: nothing is released; top up and resume.
. "$(dirname "$0")/../lib/story.sh"
story "no funds" --balance 1000.00

payroll 30 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "stopped by the guard" 4 as amina send "$RUN" --wait
is "paused" "$(state)" paused
like "by how much it is short" "$(count why)" "short by KES"
is "nothing was released" "$(books summary | jq .approvals)" 0
curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" \
    -d "{\"balance\":\"$TOTAL\"}" >/dev/null
ok "the wallet has the amounts, not the charges" as amina resume "$RUN"
exits "charges count too: stopped again" 4 as amina send "$RUN" --wait
curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" \
    -d '{"balance":"90000000.00"}' >/dev/null
ok "resume" as amina resume "$RUN"
exits "all paid" 0 as amina send "$RUN" --wait
each_paid_once
story_end
