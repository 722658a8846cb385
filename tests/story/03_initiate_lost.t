#!/usr/bin/env bash
# The answer to initiate is lost, several times: orphan files pay nobody.
. "$(dirname "$0")/../lib/story.sh"
story "the answer to initiate is lost"

fault '{"on":"initiate","do":"drop_after","times":3}'
payroll 40 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "all paid in the end" 0 as amina send "$RUN" --wait
ok "there were orphan files" \
   test "$(books summary | jq '.requests.initiate')" -gt 4
is "only as many were approved as there are batches" \
   "$(books summary | jq .approvals)" 4
each_paid_once
story_end
