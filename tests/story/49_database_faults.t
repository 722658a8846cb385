#!/usr/bin/env bash
# The database in trouble in the middle of a run: sessions ended, the server
# restarted, stopped at once, out of connections, tables locked by somebody.  The
# run ends as if nothing had been; no hold opens, because no history is lost.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/restore.sh"
mkdir -p "$DIR"
story "the database in trouble"
BATCH_ROWS=5 GIVE_UP_MS=60000 config
serve_up || bail "no listener"
BATCH_ROWS=5 GIVE_UP_MS=60000 config "    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/
    in_flight: 1"

run_of() {          # run_of PERIOD SEED: 40 payments, sending in the background
    payroll 40 "$2" >"$S/$1.csv"
    approved "$S/$1.csv" "$1" || return 1
    sending
}
released() {
    [ "$(sql "SELECT count(*) FROM batch b JOIN run r USING (run_id) WHERE r.ref = '$RUN'
               AND b.state IN ('in_flight', 'done')" 2>/dev/null || echo 0)" -ge "${1:-2}" ]
}
ended() {           # ended NAME: the run that is being sent
    local rc=0
    wait $SEND_PID || rc=$?
    is "$1: the worker ends well" "$rc" 0
    is "$1: closed, all 40 paid" \
       "$(sql "SELECT r.state || ' ' || sum(b.paid_rows) FROM run r JOIN batch b USING (run_id)
                WHERE r.ref = '$RUN' GROUP BY r.state")" "closed 40"
}
end_sessions() {
    psql -XAtqc "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = 'payrun' AND pid <> pg_backend_pid()" "$URL" >/dev/null
}

ok "a run" run_of 2026-01 1
wait_for 60 released 1
for i in 1 2 3 4 5; do end_sessions; wait_for 60 released $((i + 1)); done
ended "sessions ended five times"

ok "another run" run_of 2026-02 2
wait_for 60 released 2
ok "the server is restarted" sh -c "'$PAYRUN' db down --dir '$DIR' && '$PAYRUN' db up --dir '$DIR'"
ended "a restart"

ok "another run" run_of 2026-03 3
wait_for 60 released 2
kill -QUIT "$(head -1 "$DATA/postmaster.pid")"
wait_for 30 sh -c "! psql -XAtqc 'SELECT 1' '$URL'"
ok "stopped at once, started again" db_start
ended "an immediate stop"

ok "another run" run_of 2026-04 4
wait_for 60 released 2
psql -XAtqc "SET search_path TO payrun; BEGIN; LOCK TABLE batch, attempt, outcome, inbox IN ACCESS EXCLUSIVE MODE;
    SELECT pg_sleep(4); COMMIT" "$URL" >/dev/null 2>&1 &
LOCKER=$!
wait $LOCKER
ended "tables locked for four seconds"

# Another process of the server crashes while the worker is about to commit an answer:
# the server ends every session, and the worker hears of it from a COMMIT that cannot
# leave any more.  Its fate is asked; the answer is stored, once.
stopped() { grep -q "^State:.T" "/proc/$SEND_PID/status"; }
sleeper() { sql "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'"; }
sleeps() { [ -n "$(sleeper)" ]; }
alone() { sql "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'" | grep -qx "[12]"; }
payroll 40 6 >"$S/2026-06.csv"
ok "another run" approved "$S/2026-06.csv" 2026-06
PAYRUN_FAILPOINTS="commit.landing.approve:stop@2" "$PAYRUN_CHECK" send "$RUN" --wait \
    --dir "$DIR" --as amina >"$S/out.send" 2>"$LOG.send" &
SEND_PID=$!
ok "the worker stands before a COMMIT" wait_for 60 stopped
psql -XAtqc "SELECT pg_sleep(600)" "$URL" >/dev/null 2>&1 &
ok "somebody else has a session" wait_for 30 sleeps
kill -9 "$(sleeper)"
ok "its process crashes, all sessions end, the server comes back" wait_for 60 alone
kill -CONT $SEND_PID
ended "a crash beside a COMMIT"
is "each answer is stored once" \
   "$(sql "SELECT max(n) || ' ' || count(*) FROM (SELECT count(*) AS n FROM event e JOIN batch USING (batch_id)
       JOIN run r USING (run_id) WHERE r.ref = '$RUN' AND e.kind = 'approve' GROUP BY e.batch_id) x")" "1 8"

# Out of connections: somebody else has all of them.
echo "max_connections = 10" >>"$DATA/local.conf"
ok "a server with few connections" sh -c "'$PAYRUN' db down --dir '$DIR' && '$PAYRUN' db up --dir '$DIR'"
fault '{"on":"approve","do":"delay","delay_ms":1500,"times":0}'   # it lasts
ok "another run" run_of 2026-05 5
wait_for 60 released 2
HOGS=()
until_enough() {     # a statement that does something again and again
    echo "DO \$\$ /* $1 */ BEGIN WHILE pg_stat_file('$S/enough', true) IS NULL LOOP
          $2 PERFORM pg_sleep(0.05); END LOOP; END \$\$"
}
hog() {     # takes a connection as soon as one is free, and holds it
    while [ ! -e "$S/enough" ]; do psql -XAtqc "$(until_enough hog)" "$URL"; done >/dev/null 2>&1
}
# One session ends all others but those: they must come back, and there is no room.
psql -XAtqc "$(until_enough ender "PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = 'payrun' AND pid <> pg_backend_pid()
        AND query NOT LIKE '%/* hog */%';")" "$URL" >/dev/null 2>&1 &
ENDER=$!
at_it() { kill -0 $ENDER; }
ok "somebody ends sessions" wait_for 10 at_it
for i in $(seq 14); do hog & HOGS+=($!); done
callback() { curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' \
    -d '{"file_id":"X'"$RANDOM"'"}' "http://127.0.0.1:$CBPORT/callback/salaries/"; }
crowded() { [ "$(callback)" = 503 ]; }
ok "a callback is refused, so that it comes again" wait_for 30 crowded
ok "the worker loses its own" wait_for 30 grep -qE "too many clients|connection slots|terminating connection|db_back" "$LOG.send"
touch "$S/enough"
no_faults
wait $ENDER "${HOGS[@]}" 2>/dev/null
ended "no connection to be had"
is "the listener is still there" "$(kill -0 $SERVE_PID && callback)" 200

is "no hold was opened: nothing was lost" "$(sql "SELECT count(*) FROM lineage_hold")" 0
each_paid_once
story_end
