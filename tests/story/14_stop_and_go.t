#!/usr/bin/env bash
# Pause, resume, cancel and SIGTERM in the middle of a run.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=2000
story "pause, resume, cancel, SIGTERM"
states() { sql "SELECT count(*) FROM batch b JOIN run r USING (run_id)
                 WHERE r.ref = '$RUN' AND b.state = '$1'"; }
some() { [ "$(states "$1")" -ge 1 ]; }

fault '{"on":"approve","do":"delay","delay_ms":700,"times":99}'
payroll 60 >"$S/nov.csv"
# Sixteen seconds of sending: no machine is so slow that it ends before TERM.
BATCH_ROWS=3 config "    in_flight: 1"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
sending
ok "some batches are in flight" wait_for 20 some in_flight
kill -TERM "$SEND_PID"
rc=0
wait "$SEND_PID" || rc=$?
is "SIGTERM: a clean stop that says so" "$rc" 143
like "and what it means" "$(cat "$LOG.send")" \
    "stopping; what was sent goes on at the provider, and payrun send $RUN --wait --as amina carries on safely"
is "nothing is left under a lease" \
   "$(sql "SELECT count(*) FROM batch WHERE owner IS NOT NULL")" 0
ok "pause" as brian pause "$RUN" --reason "a question from the bank"
exits "a paused run is not sent" 4 as amina send "$RUN" --wait
like "... it says why" "$(cat "$S/out")" "is paused.*a question from the bank"
like "... and how it goes on" "$(cat "$S/out")" "payrun resume $RUN"
exits "watching a paused run ends" 0 timeout 20 "$PAYRUN" status "$RUN" --watch --dir "$DIR"
like "with what it is" "$(cat "$S/out")" "PAUSED: a question from the bank"
approvals=$(books summary | jq .approvals)
exits "the worker sends nothing of it" 0 p work --until-idle
is "really nothing" "$(books summary | jq .approvals)" "$approvals"
no_faults
ok "resume" as amina resume "$RUN"
exits "it ends well" 0 as amina send "$RUN" --wait
each_paid_once

# The database goes away under a send and a watch, and comes back.
fault '{"on":"approve","do":"delay","delay_ms":700,"times":3}'
payroll 40 9 >"$S/jan.csv"
ok "a run more" approved "$S/jan.csv" 2027-01
sending
ok "on its way" wait_for 20 some in_flight
"$PAYRUN" status "$RUN" --watch --json --dir "$DIR" >"$S/watch" 2>&1 &
WATCH_PID=$!
ok "the watcher looks" wait_for 20 test -s "$S/watch"
ok "the database stops" p db down
ok "and starts" p db up
rc=0
wait "$SEND_PID" || rc=$?
is "the send ends well" "$rc" 0
rc=0
wait "$WATCH_PID" || rc=$?
is "the watcher too" "$rc" 0
is "its last line is the result" "$(tail -1 "$S/watch" | jq -r '.type + " " + .state')" "result closed"
each_paid_once

payroll 30 5 >"$S/dec.csv"
ok "another run" approved "$S/dec.csv" 2026-12
ok "cancel before anything is sent" as amina cancel "$RUN" --reason "not this month"
is "... which the mark outside the database knows at once" \
   "$(p lineage | grep -o "entry [0-9]*")" "entry $(sql "SELECT max(audit_id) FROM audit")"
is "cancelled" "$(state)" cancelled
exits "a cancelled run is not sent" 4 as amina send "$RUN"
is "nobody of it was paid" \
   "$(sql "SELECT count(*) FROM outcome o JOIN batch b USING (batch_id)
             JOIN run r USING (run_id)
            WHERE r.ref = '$RUN' AND o.state = 'paid'")" 0
each_paid_once
story_end
