#!/usr/bin/env bash
# kill -9 of the worker at ten different points, then resumed.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=3000
story "kill -9 at ten points"

in_state() { [ "$(sql "SELECT count(*) FROM batch b JOIN run r USING (run_id)
                        WHERE r.ref = '$RUN' AND b.state = '$1'")" -ge "$2" ]; }
at_least() { [ "$(sql "$1")" -ge "$2" ]; }
of_run="JOIN run r USING (run_id) WHERE r.ref ="

# kill_when NR NAME FAULT CONDITION...: one run of 30, killed when it holds
kill_when() {
    local nr=$1 name=$2 break=$3
    shift 3
    no_faults
    [ -z "$break" ] || fault "$break"
    payroll 30 "$nr" >"$S/run.csv"
    approved "$S/run.csv" "2026-$nr" || { ok "run $nr was approved" false; return; }
    sending
    if ! wait_for 20 "$@"; then
        ok "$name: the point was reached" false
        return
    fi
    kill -9 "$SEND_PID" 2>/dev/null
    wait "$SEND_PID" 2>/dev/null
    no_faults
    exits "$name: resumed, all paid" 0 as amina send "$RUN" --wait
}

kill_when 01 "before anything was claimed" '' true
kill_when 02 "initiate is on its way" \
    '{"on":"initiate","do":"delay","delay_ms":2000,"times":3}' in_state initiating 3
kill_when 03 "one batch is initiated, others on their way" \
    '{"on":"initiate","do":"delay","delay_ms":2000,"skip":1,"times":2}' in_state initiated 1
kill_when 04 "the wallet is being asked" \
    '{"on":"wallets","do":"delay","delay_ms":2000,"times":3}' in_state initiated 3
kill_when 05 "approve is on its way" \
    '{"on":"approve","do":"delay","delay_ms":2000,"times":3}' in_state releasing 1
kill_when 06 "approve was done, its answer is not there yet" \
    '{"on":"approve","do":"delay","delay_ms":2500,"times":3}' \
    bash -c "[ \$(curl -sf http://127.0.0.1:$PORT/_books/summary | jq .approvals) -ge 16 ]"
kill_when 07 "one batch is released" \
    '{"on":"approve","do":"delay","delay_ms":2000,"skip":1,"times":2}' in_state in_flight 1
kill_when 08 "all batches are in flight" '' in_state in_flight 3
kill_when 09 "a status enquiry is on its way" \
    '{"on":"status","do":"delay","delay_ms":2000,"times":9}' \
    at_least "SELECT count(*) FROM batch b $of_run 'R-2026-09-A' AND b.polls >= 0 AND b.state = 'in_flight'" 3
kill_when 10 "some payments are settled" '' \
    at_least "SELECT count(*) FROM outcome o JOIN batch b USING (batch_id) $of_run 'R-2026-10-A'" 1
is "ten runs are closed" \
   "$(sql "SELECT count(*) FROM run WHERE state = 'closed'")" 10
is "nothing is in doubt" \
   "$(sql "SELECT count(*) FROM outcome WHERE state = 'in_doubt'")" 0
each_paid_once
story_end
