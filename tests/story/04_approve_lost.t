#!/usr/bin/env bash
# The answer to approve is lost: once after it was done, once before.
. "$(dirname "$0")/../lib/story.sh"
story "the answer to approve is lost"

fault '{"on":"approve","do":"drop_after","times":2}'
fault '{"on":"approve","do":"drop_before","times":1}'
payroll 40 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "all paid in the end" 0 as amina send "$RUN" --wait
is "it was in doubt on the way, and said so" \
   "$(sql "SELECT count(DISTINCT batch_id) FROM history
            WHERE to_state = 'in_doubt'")" 3
is "each file was released once" "$(books summary | jq .approvals)" 4
each_paid_once
story_end
