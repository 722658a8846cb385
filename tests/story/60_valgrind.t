#!/usr/bin/env bash
# Every command of a payday under valgrind's memcheck, for both protocols: no
# wrong access, nothing lost, no descriptor left open.  Takes minutes, so only
# with VALGRIND=1 (`make valgrind`).
[ "${VALGRIND:-0}" = 1 ] || { echo "1..0 # SKIP only with VALGRIND=1 (make valgrind)"; exit 0; }
command -v valgrind >/dev/null || { echo "Bail out! no valgrind: apt-get install valgrind"; exit 1; }
case $(ldd "${PAYRUN:?run me through make valgrind}") in
*libasan*) echo "1..0 # SKIP the sanitizers and valgrind do not go together"; exit 0 ;;
esac
REAL=$PAYRUN
. "$(dirname "$0")/../lib/story.sh"
WRAPPED=$S/payrun
cat >"$WRAPPED" <<WRAP
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \\
    --errors-for-leak-kinds=definite --track-fds=yes --trace-children=no \\
    --log-file="$S/vg.%p" "$REAL" "\$@"
WRAP
chmod +x "$WRAPPED"
# answers come late under valgrind
LATENCY_MS=500 ANSWER_MS=30000 LEASE_MS=60000 GIVE_UP_MS=300000 BATCH_ROWS=5

clean() {       # clean NAME CODE COMMAND...
    local name=$1 code=$2
    shift 2
    rm -f "$S"/vg.*
    exits "$name" "$code" "$@"
    silent
    is "... and valgrind is silent" "$FOUND" ""
}
# Errors, leaks, and descriptors that stay open: but those of the caller, and
# the one of each process through which a signal wakes its loop.
silent() {
    FOUND=$(cat "$S"/vg.* 2>/dev/null | awk '
        function over() { if (open != "" && !fine) print open; open = ""; fine = 0 }
        /Open (file descriptor|AF_)/ { over(); open = $0; next }
        open != "" && /inherited from parent|net_stop_on_signals/ { fine = 1 }
        open != "" && !/   (at|by) 0x/ { over() }
        /Invalid|uninitialised|definitely lost: [1-9]|Mismatched|overlap/ { print }
        END { over() }' | head -20)
}

for PROVIDER in intasend sapama; do
    if [ $PROVIDER = sapama ]; then
        p db down >/dev/null 2>&1
        rm -rf "$DIR"
        config
        ready_made
        p db up >/dev/null 2>&1
        URL=$(p db url)
        p user add amina --role maker >/dev/null
        p user add brian --role checker >/dev/null
    else
        PAYRUN=$REAL story "valgrind"
    fi
    PAYRUN=$WRAPPED
    payroll 12 3 >"$S/nov.csv"
    printf 'Name,Phone,Amount\nNjoki,12,x\n' >"$S/bad.csv"
    clean "$PROVIDER: check of a bad file" 65 p check "$S/bad.csv"
    clean "$PROVIDER: upload" 0 as amina upload "$S/nov.csv" --period 2026-11 --json --quiet
    RUN=$(jq -r .run "$S/out")
    TOTAL=$(jq -r .total "$S/out")
    clean "$PROVIDER: submit" 0 as amina submit "$RUN"
    clean "$PROVIDER: approve" 0 as brian approve "$RUN" --confirm-total "$TOTAL"
    rm -f "$S/cbport" "$S"/vg.*
    "$WRAPPED" serve --listen 127.0.0.1:0 --port-file "$S/cbport" --dir "$DIR" >>"$LOG.serve" 2>&1 &
    SERVE_PID=$!
    wait_for 60 test -s "$S/cbport"
    CBPORT=$(cat "$S/cbport")
    CALLBACKS=http://127.0.0.1:$CBPORT/callback/till
    [ $PROVIDER = intasend ] &&
        config "    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/" || config
    curl -s -d '{"a":' "http://127.0.0.1:$CBPORT/callback/salaries/x" >/dev/null
    curl -s "http://127.0.0.1:$CBPORT/callback/till/x?a=%4" >/dev/null
    curl -s "http://127.0.0.1:$CBPORT/health" >/dev/null
    as amina send "$RUN" --wait >"$S/out" 2>&1
    is "$PROVIDER: send --wait, with callbacks" $? 0
    kill -TERM "$SERVE_PID"
    wait "$SERVE_PID" 2>/dev/null
    silent
    is "... and valgrind is silent about both" "$FOUND" ""
    clean "$PROVIDER: work --until-idle" 0 p work --until-idle
    for f in text json csv html; do
        clean "$PROVIDER: report --format $f" 0 p report "$RUN" --format $f
    done
    clean "$PROVIDER: status" 0 p status "$RUN"
    clean "$PROVIDER: audit verify" 0 p audit verify
    clean "$PROVIDER: balance" 0 p balance
    PAYRUN=$REAL
    each_paid_once
done

# The unit tests with the most pointers in them.
PAYRUN=$REAL
for t in jscan json sapama_row sapama_callback intasend csv payroll buf str text config net_pipeline; do
    [ -x "$BUILD/tests/unit/test_$t" ] || continue
    rm -f "$S"/vg.*
    exits "test_$t" 0 valgrind -q --error-exitcode=99 --leak-check=full \
        --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --log-file="$S/vg.%p" "$BUILD/tests/unit/test_$t"
    silent
    is "... and valgrind is silent" "$FOUND" ""
done
story_end
