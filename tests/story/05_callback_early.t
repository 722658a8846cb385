#!/usr/bin/env bash
# Callbacks arrive before the answer to approve does, and before the initiate's.
. "$(dirname "$0")/../lib/story.sh"
story "callbacks before the answer"
ok "the listener is up" serve_up

fault '{"on":"initiate","do":"delay","delay_ms":700,"times":2}'
fault '{"on":"approve","do":"delay","delay_ms":1500,"times":2}'
payroll 20 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "all paid" 0 as amina send "$RUN" --wait
ok "callbacks really came before an answer to approve was stored" \
   test "$(sql "SELECT count(*) FROM inbox i JOIN attempt a USING (batch_id)
                 WHERE a.step = 'approve' AND i.received_at < a.answered_at")" -gt 0
each_paid_once
kill "$SERVE_PID"
story_end
