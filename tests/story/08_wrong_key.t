#!/usr/bin/env bash
# The key is wrong from the start; then it is revoked in the middle of a run.
. "$(dirname "$0")/../lib/story.sh"
story "wrong key, then 401 in mid-run"

(umask 077; printf ISSecretKey_test_wrong-canary >"$S/key")
payroll 40 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "stopped by the closed lane" 4 as amina send "$RUN" --wait
is "nobody failed for our key" "$(count failed.count)" 0
like "the reason is told" "$(count lane_why)" "key"
lacks "the key is in no output" wrong-canary "$S/out" "$LOG"*
(umask 077; printf ISSecretKey_test_payrun_sandbox >"$S/key")
ok "resume opens the lane" as amina resume "$RUN"

fault '{"on":"approve","do":"status","http":401,"skip":2,"times":1}'
exits "barred in mid-run: stopped again" 4 as amina send "$RUN" --wait
is "still nobody failed" "$(count failed.count)" 0
ok "resume" as amina resume "$RUN"
exits "all paid" 0 as amina send "$RUN" --wait
is "each file was released once" "$(books summary | jq .approvals)" 4
each_paid_once
story_end
