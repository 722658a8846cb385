#!/usr/bin/env bash
# Signals: what they stop, what they never stop, and that nothing leaves behind
# one.  By the stand-ins' own logs of what arrived, and when.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=300
BATCH_ROWS=2
story "signals"
GIVE_UP_MS=60000
and_a_till "    in_flight: 2"
NR=0
run() {     # run ACCOUNT ROWS: approved; sets RUN
    local out
    NR=$((NR + 1))
    payroll "$2" $((NR + 100)) >"$S/run.csv"
    out=$(as amina upload "$S/run.csv" --period "$((2030 + NR / 12))-$(printf %02d $((NR % 12 + 1)))" \
          --account "$1" --json) || { echo "${out: -300}"; return 1; }
    RUN=$(jq -r .run <<<"$out")
    as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" >/dev/null
}
left() { sql "SELECT count(*) FROM attempt a JOIN batch b USING (batch_id) JOIN run r USING (run_id)
               WHERE r.ref = '$RUN' AND a.step = ANY('{$1}') AND a.left_at IS NOT NULL"; }
at_least() { [ "$(left "$1")" -ge "$2" ]; }
# What arrived there that changes something, by its own books.
arrived() { case $1 in
    salaries) books "requests?last=1000" | jq '[.[] | select(.endpoint | test("initiate|approve"))] | length' ;;
    till)     books_sapama "requests?last=1000" | jq '[.[] | select(.endpoint | test("b2c"))] | length' ;;
    esac; }

for a in salaries till; do
    [ $a = salaries ] && { on=fault; name=approve; step=initiate,approve; } ||
        { on=fault_sapama; name=b2c; step=send; }
    no_faults
    no_faults_sapama
    # --- SIGTERM in mid-batch: what has left is awaited, nothing leaves after it
    $on "{\"on\":\"$name\",\"do\":\"delay\",\"delay_ms\":1500,\"times\":99}"
    run $a 24
    sending
    ok "$a: some of it has left" wait_for 40 at_least "${step#*,}" 1
    kill -TERM "$SEND_PID"
    sleep_until_handled() { grep -q "stopping" "$LOG.send"; }
    wait_for 20 sleep_until_handled
    before=$(left "$step")
    kill -TERM "$SEND_PID" 2>/dev/null          # once more changes nothing
    rc=0
    wait "$SEND_PID" || rc=$?
    is "$a: SIGTERM, twice: 143" "$rc" 143
    is "$a: no request left after the signal" "$(left "$step")" "$before"
    there=$(arrived $a)
    is "$a: nothing is under a lease" "$(sql "SELECT count(*) FROM batch WHERE owner IS NOT NULL")" 0
    exits "$a: looking at it sends nothing" 0 p status "$RUN"
    is "$a: really nothing, says the other side" "$(arrived $a)" "$there"
    : >"$LOG.send"
    no_faults
    no_faults_sapama
    exits "$a: the same command carries on" 0 as amina send "$RUN" --wait

    # --- the provider never answers: SIGINT still ends it, long before 90 s
    $on "{\"on\":\"$name\",\"do\":\"delay\",\"delay_ms\":60000,\"times\":2}"
    run $a 4
    sending
    ok "$a: it has left, and no answer comes" wait_for 40 at_least "${step#*,}" 1
    from=$SECONDS
    kill -INT "$SEND_PID"
    rc=0
    wait "$SEND_PID" || rc=$?
    is "$a: SIGINT: 130" "$rc" 130
    is "$a: within the answer's time" "$([ $((SECONDS - from)) -lt 60 ] && echo yes)" yes
    no_faults
    no_faults_sapama
    exits "$a: and is carried on" 0 as amina send "$RUN" --wait

    # --- the terminal is closed: SIGHUP ends it as kill does; nothing is lost
    $on "{\"on\":\"$name\",\"do\":\"delay\",\"delay_ms\":1000,\"times\":9}"
    run $a 6
    # nohup ignores it, and CI may run under nohup: as a terminal starts it
    env --default-signal=HUP "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina >>"$LOG.send" 2>&1 &
    SEND_PID=$!
    ok "$a: some has left" wait_for 40 at_least "${step#*,}" 1
    kill -HUP "$SEND_PID"
    rc=0
    wait "$SEND_PID" || rc=$?
    is "$a: SIGHUP: a clean stop too" "$rc" 129
    no_faults
    no_faults_sapama
    exits "$a: carried on" 0 as amina send "$RUN" --wait
done

# --- frozen longer than its lease, beside one that takes over
for a in salaries till; do
    [ $a = salaries ] && { point=approve; } || { point=send; }
    run $a 4
    PAYRUN_FAILPOINTS="net.door.$point:stop" "$PAYRUN_CHECK" send "$RUN" --wait \
        --dir "$DIR" --as amina >>"$LOG.zombie" 2>&1 &
    zombie=$!
    stopped() { grep -q '^State:.*T' /proc/$zombie/status; }
    ok "$a: one worker stands frozen at the door" wait_for 40 stopped
    before=$(left $point)
    exits "$a: another one takes its batch when the lease is over, and pays" 0 \
        as amina send "$RUN" --wait
    after=$(left $point)
    there=$(arrived $a)
    kill -CONT $zombie
    rc=0
    wait $zombie || rc=$?
    is "$a: the zombie wakes up and ends well" "$rc" 0
    is "$a: its door stayed shut" "$(left $point)" "$after"
    is "$a: nothing more arrived there" "$(arrived $a)" "$there"
done

# --- the reader of our output goes away
run salaries 30
exits "a run to look at" 0 as amina send "$RUN" --wait
for cmd in "report $RUN" "report $RUN --format csv" "status $RUN" "states" "audit verify"; do
    # shellcheck disable=SC2086
    "$PAYRUN" $cmd --dir "$DIR" 2>"$S/err" | head -c 10 >/dev/null
    rc=${PIPESTATUS[0]}
    like "payrun ${cmd%% *} | head: no crash ($rc)" "$rc" '^(0|74|141)$'
    is "... and no word about a bug" "$(grep -ci 'bug\|assert' "$S/err")" 0
done
"$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/cbport" --dir "$DIR" >>"$LOG.serve" 2>&1 &
pid=$!
ok "the listener is up" wait_for 20 test -s "$S/cbport"
kill -TERM $pid
rc=0
wait $pid || rc=$?
is "the listener: SIGTERM: 143" "$rc" 143

all_paid_at_both
story_end
