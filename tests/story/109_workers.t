#!/usr/bin/env bash
# One command, several processes: the work is shared, what may be in flight is, too,
# one that dies is replaced, and none is left over.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=40
story "several processes"
config "    in_flight: 4"
others() { pgrep -f -- "--one-of 2 .*--dir $DIR\$"; }
alone() { ! others; }
sending_two() {     # sending_two FLAGS...: its process is $SEND_PID
    "$PAYRUN" send "$RUN" --wait --workers 2 --dir "$DIR" --as amina "$@" >"$S/send" 2>"$S/said" &
    SEND_PID=$!
}
both_left() { [ "$(sql "SELECT count(DISTINCT worker) FROM attempt t JOIN batch USING (batch_id) JOIN run r
    USING (run_id) WHERE r.ref = '$RUN' AND t.left_at IS NOT NULL")" -ge "${1:-2}" ]; }
# The most requests that were on their way at one moment, by the book.
most_in_flight() { sql "SELECT max(n) FROM (SELECT (SELECT count(*) FROM attempt b
        WHERE b.left_at <= a.left_at AND coalesce(b.answered_at, now()) > a.left_at) AS n
      FROM attempt a WHERE a.left_at IS NOT NULL) x"; }

# --- what cannot be shared
payroll 300 1 >"$S/1.csv"
approved "$S/1.csv" 2026-01
exits "more workers than may be in flight" 64 as amina send "$RUN" --wait --workers 5
like "... says which account, and how many" "$(cat "$S/out")" "account salaries may have only 4.*--workers 4"
exits "no workers" 64 as amina send "$RUN" --wait --workers 0
is "... and nothing was begun" "$(state) $(sql "SELECT count(*) FROM attempt")" "approved 0"

# --- the work is shared
sending_two
wait $SEND_PID
is "two processes pay a run" "$? $(state)" "0 closed"
ok "... both of them" both_left
is "... never with more in flight than the account may have" "$([ "$(most_in_flight)" -le 4 ]; echo $?)" 0
ok "... and the other one has ended" alone
is "... all are paid" "$(books summary | jq .payments)" 300

# --- the other one dies, and another takes its place
payroll 300 2 >"$S/2.csv"
approved "$S/2.csv" 2026-02
fault '{"on":"approve","do":"delay","delay_ms":1500,"times":1000}'
sending_two
ok "both are at work" wait_for 30 both_left
kill -9 "$(others)"
ok "... and after a death both are again" wait_for 60 both_left 3
no_faults
wait $SEND_PID
is "the run is paid" "$? $(state)" "0 closed"
like "... and the death was told" "$(cat "$S/said")" "worker_ended.*137"

# --- stopped, and killed
payroll 300 3 >"$S/3.csv"
approved "$S/3.csv" 2026-03
fault '{"on":"initiate","do":"delay","delay_ms":1000,"times":1000}'
sending_two
ok "both are at work" wait_for 30 both_left
kill -INT $SEND_PID
wait $SEND_PID
is "Ctrl-C stops both" "$?" 130
is "... what was in the air is recorded" "$(sql "SELECT count(*) FROM attempt JOIN batch USING (batch_id)
    JOIN run r USING (run_id) WHERE r.ref = '$RUN' AND left_at IS NOT NULL AND answered_at IS NULL")" 0
ok "... and none is left" alone
sending_two
ok "both are at work again" wait_for 30 others
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
ok "killed, it takes the other one along" wait_for 40 alone
no_faults

# --- a daemon of two carries on
"$PAYRUN" work --workers 2 --until-idle --dir "$DIR" >"$S/out" 2>&1
is "payrun work of two ends when nothing is left" "$? $(state)" "0 closed"
ok "... with none left" alone
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
is "everybody is paid" "$(books summary | jq .payments)" 900
each_paid_once
story_end
