#!/usr/bin/env bash
# The n-th malloc, open, connect, send, recv, read, write, fsync or rename of a
# command fails (tests/tools/nth.c).  No command ends by a signal; each says what
# is wrong, leaves nothing half-written, and done again it ends well; and the
# stand-ins' books show nobody twice.
#   NTH=all  every n, until no failure happens any more; else a seeded sample
#   NTH_SEED=n  another sample
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=40 POLL_FIRST_MS=50 POLL_CAP_MS=100 BATCH_ROWS=2 ANSWER_MS=1500
LEASE_MS=4000 GIVE_UP_MS=3000
NTHSO=$BUILD/tests/tools/nth.so
NTH=${NTH:-some} RANDOM=${NTH_SEED:=7}
CASES=0
ok "the library that makes calls fail was built" test -s "$NTHSO"
# ASan's own memory comes first, and is never short.
LIBASAN=$(ldd "$PAYRUN" | awk '/libasan/ { print $3 }')
NTHSO=${LIBASAN:+$LIBASAN:}$NTHSO

# nth KIND:N COMMAND...: sets RC; what it said is in $S/nth.out and $S/nth.err.
nth() {
    rm -f "$S/nth.log" "$S/nth.count"
    RC=0
    [ "$2" != serve_once ] || { serve_once "$1"; return; }
    LD_PRELOAD=$NTHSO NTH_CALL=$1 NTH_LOG=$S/nth.log NTH_COUNT=$S/nth.count \
        "${@:2}" >"$S/nth.out" 2>"$S/nth.err" || RC=$?
    [ "$RC" -lt 128 ] || ! glibc_dies "$@" || RC=75
}

# glibc 2.36 does not survive that there is no memory when it is asked for a user:
# did the call that fails come from there?
glibc_dies() {
    LD_PRELOAD=$NTHSO NTH_TRACE=1 NTH_CALL=$1 "${@:2}" >"$S/nth.trace" 2>&1
    head -12 "$S/nth.trace" | grep -q 'getpwuid_r'
} 2>/dev/null

# sample TOTAL SIZE: the n to try, spread over all of them.
sample() {
    local i size=$2
    [ -z "$LIBASAN" ] || size=$(((size + 2) / 3))     # it is slow
    [ "$NTH" != all ] && [ "$1" -gt "$size" ] || { seq 1 "$1"; return; }
    for ((i = 0; i < size; i++)); do
        echo $((i * $1 / size + RANDOM % (($1 + size - 1) / size) + 1))
    done
}

# What may not be, however a call failed.
crashed() {
    [ "$RC" -lt 124 ] && [ "$RC" != 99 ] && [ "$RC" != 70 ] || { echo "exit $RC: $(tail -qn 2 "$S/nth.out" "$S/nth.err" | tr "\n" " ")"; return; }
    grep -hm1 -E 'Sanitizer|runtime error|Assertion' "$S/nth.out" "$S/nth.err" && return
    [ "$RC" = 0 ] || grep -q . "$S/nth.err" || grep -q '"error"' "$S/nth.out" ||
        echo "exit $RC without a word"
}

# sweep COMMAND KIND[:ERROR...] SIZE "EXIT CODES": COMMAND_before sets CMD,
# COMMAND_after sets WHY when something is wrong.
sweep() {
    local what=$1 kind=${2%%:*} more= total n bad=
    [[ $2 != *:* ]] || more=:${2#*:}
    [ -z "$LIBASAN" ] || [ "$kind" != alloc ] || return 0
    [ -z "${NTH_ONLY:-}" ] || [[ $what.$kind =~ $NTH_ONLY ]] || return 0
    "${what}_before"
    nth "$kind:1000000000" "${CMD[@]}"
    total=$(cat "$S/nth.count" 2>/dev/null) || total=0
    WHY=$(crashed)
    [ -n "$WHY" ] || "${what}_after"
    [ -z "$WHY" ] || bad=" 0($WHY)"
    for n in $(sample "$total" "$3"); do
        "${what}_before"
        nth "$kind:$n$more" "${CMD[@]}"
        [ -s "$S/nth.log" ] || continue
        CASES=$((CASES + 1))
        WHY=$(crashed)
        [[ -n "$WHY" || " $4 " == *" $RC "* ]] ||
            WHY="exit $RC: $(head -c 200 "$S/nth.err" "$S/nth.out" | tr '\n' ' ')"
        [ -n "$WHY" ] || "${what}_after"
        [ -z "$WHY" ] || bad+=" $n($WHY)"
    done
    is "$what: one $kind$more of $total fails" "$bad" ""
}

story "the n-th call fails"
echo "# NTH=$NTH NTH_SEED=$NTH_SEED"
mv "$DIR/payrun.yaml" "$S/salaries.yaml"
config_sapama
sed 1d "$DIR/payrun.yaml" | cat "$S/salaries.yaml" - >"$S/both.yaml"
cp "$S/both.yaml" "$DIR/payrun.yaml"
PERIOD=0
next_period() {
    PERIOD=$((PERIOD + 1))
    WHEN=$((2020 + PERIOD / 12))-$(printf %02d $((PERIOD % 12 + 1)))
}

# --- check, with its rejects file
"$PAYRUN" template --rows 30 --mistakes --seed 3 >"$S/bad.csv"
shape() { jq -c "[keys, .errors, .stops, .warnings, (.problems[0] | keys)]"; }
SHAPE=$(p check "$S/bad.csv" --rejects "$S/whole.csv" --json | shape)
mkdir "$S/rejects"
# The rows; of the words in front of them one may be missing with its memory.
rows_of() { sed "s/^.*,EMP/EMP/" "$1"; }
check_before() {
    rm -f "$S"/rejects/*
    CMD=("$PAYRUN" check "$S/bad.csv" --rejects "$S/rejects/r.csv" --json --dir "$DIR")
}
# Nothing in the folder, or the one file, whole; an answer that says that all
# went well is all of it.
check_after() {
    local left
    left=$(ls -A "$S/rejects")
    [ -z "$left" ] || { [ "$left" = r.csv ] && [ "$(rows_of "$S/rejects/r.csv")" = "$(rows_of "$S/whole.csv")" ]; } ||
        WHY="left: $left"
    [ "$RC" != 65 ] || [ "$left" = r.csv ] || [ "$(jq -r .rejects_why "$S/nth.out")" != "" ] ||
        WHY="no rejects, and nobody says so"
    [ "$RC" != 65 ] || [ "$(shape <"$S/nth.out")" = "$SHAPE" ] || WHY="half an answer"
}
sweep check alloc 16 "65 66 73 75 78"
sweep check open 9 "65 66 73 78"
sweep check read 9 "65 66 74 78"
sweep check write 9 "65 73 74"
sweep check fsync 9 "65 73"
sweep check rename 9 "65 73"

# --- upload
upload_before() {
    [ -z "${STORED-x}" ] || { next_period; payroll 6 $PERIOD >"$S/up.csv"; STORED=; }
    CMD=("$PAYRUN" upload "$S/up.csv" --account salaries --period "$WHEN" --json --dir "$DIR" --as amina)
}
stored() {
    sql "SELECT count(DISTINCT r.run_id) || ' ' || count(i.seq) || ' ' || count(DISTINCT b.batch_id)
           FROM run r JOIN batch b USING (run_id) JOIN instruction i USING (batch_id)
          WHERE r.period = '$WHEN'"
}
upload_after() {
    local rc=0 was
    was=$(stored)
    [ "$was" = "1 6 3" ] || [ "$was $RC" != "0 0 0 0" ] || WHY="exit 0, nothing stored"
    "${CMD[@]}" >"$S/out" 2>&1 || rc=$?
    case $was:$rc in
    "0 0 0:0" | "1 6 3:4") STORED=yes ;;
    *) WHY="$was stored, and again: exit $rc" ;;
    esac
    [ "$(stored)" = "1 6 3" ] || WHY="stored in the end: $(stored)"
}
sweep upload alloc 12 "0 4 66 69 75 78"
sweep upload open 6 "0 66 69 73 75 78"
sweep upload connect 3 "0 69 75"
sweep upload send 4 "0 69 75"
sweep upload recv 5 "0 69 75"
sweep upload read 6 "0 66 69 74 75 78"
sweep upload write 4 "0 69 73 74 75"

# --- approve
approve_before() {
    local out
    next_period
    payroll 2 $PERIOD >"$S/ap.csv"
    out=$(as amina upload "$S/ap.csv" --account salaries --period "$WHEN" --json) &&
        RUN=$(jq -r .run <<<"$out") && as amina submit "$RUN" >/dev/null || bail "no run to approve"
    CMD=("$PAYRUN" approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" --json --dir "$DIR" --as brian)
}
approve_after() {
    local was
    was=$(state)
    case $was:$RC in
    submitted:0 | submitted:4) WHY="exit $RC, and $was" ;;
    approved:*) ;;
    submitted:*) "${CMD[@]}" >"$S/out" 2>&1 || WHY="again: exit $?" ;;
    *) WHY="it is $was" ;;
    esac
    [ -n "$WHY" ] || [ "$(state)" = approved ] || WHY="in the end it is $(state)"
}
sweep approve alloc 6 "0 69 75 78"
sweep approve send 2 "0 69 75"
sweep approve recv 3 "0 69 75"
sweep approve write 2 "0 74"

# --- send and work, both protocols
paying_before() {   # paying_before ACCOUNT
    next_period
    payroll 4 $PERIOD >"$S/run.csv"
    out=$(as amina upload "$S/run.csv" --account "$1" --period "$WHEN" --json) &&
        RUN=$(jq -r .run <<<"$out") && as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" >/dev/null ||
        bail "no run to send"
    CMD=("$PAYRUN" send "$RUN" --wait --json --dir "$DIR" --as amina)
}
# Whatever it was, a worker without faults brings it to its end.
paying_after() {    # paying_after IN-DOUBT-ALLOWED
    local rc=0 ends
    [ "$(state)" = closed ] || as amina send "$RUN" --wait >"$S/out" 2>&1 || rc=$?
    ends=$(sql "SELECT r.state || ' ' || count(o.seq) FILTER (WHERE o.state = 'paid') || ' ' ||
                       count(o.seq) FILTER (WHERE o.state = 'in_doubt')
                  FROM run r JOIN batch b USING (run_id) LEFT JOIN outcome o USING (batch_id)
                 WHERE r.ref = '$RUN' GROUP BY r.state")
    case $1:$rc:$ends in
    ?:0:"closed 4 0" | 1:3:"settled 2 2" | 1:3:"settled 0 4") ;;
    *) WHY="again: exit $rc, $ends: $(tail -2 "$S/out" | tr '\n' ' ')" ;;
    esac
}
send_before() { paying_before salaries; }
send_after() { paying_after 0; }
till_before() { paying_before till; }
till_after() { paying_after 1; }
for what in send till; do
    sweep $what alloc 8 "0 3 4 69 75 78"
    sweep $what connect 2 "0 3 69 75"
    sweep $what send 3 "0 3 69 75"
    sweep $what recv 4 "0 3 69 75"
    sweep $what open 2 "0 3 4 66 69 75 78"
    sweep $what write 2 "0 3 4 74"
done

# --- serve: what it acknowledged is stored; what it did not may come again
ok "a listener without faults" serve_up
mv "$DIR/payrun.yaml" "$S/told.yaml"
cp "$S/both.yaml" "$DIR/payrun.yaml"
SERVED=0
serve_before() {
    SERVED=$((SERVED + 1))
    CMD=(serve_once)
}
tell_port() {   # tell_port PORT: a callback of its own; its HTTP status
    curl -s -m 10 -o /dev/null -w '%{http_code}' \
        -d "{\"tracking_id\":\"nth-$SERVED-\",\"challenge\":\"a-long-and-secret-challenge\"}" \
        "http://127.0.0.1:$1/callback/salaries/"
}
# Up, ended, or up without having been able to say where.
up_or_gone() {
    [ -s "$S/nthport" ] || ! kill -0 "$1" 2>/dev/null || grep -q "cannot be written" "$S/nth.err"
}
serve_once() {  # serve_once KIND:N: up, one callback, SIGTERM
    local pid
    rm -f "$S/nthport"
    ACKED=
    LD_PRELOAD=$NTHSO NTH_CALL=$1 NTH_LOG=$S/nth.log NTH_COUNT=$S/nth.count \
        "$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/nthport" --dir "$DIR" \
        >"$S/nth.out" 2>"$S/nth.err" &
    pid=$!
    wait_for 60 up_or_gone $pid
    [ ! -s "$S/nthport" ] || ACKED=$(tell_port "$(cat "$S/nthport")")
    kill -TERM $pid 2>/dev/null
    wait $pid || RC=$?
    [ "$RC" != 143 ] || RC=0
}
serve_after() {
    local there
    there=$(sql "SELECT count(*) FROM inbox WHERE position('nth-$SERVED-' IN convert_from(body, 'UTF8')) > 0")
    [ "$ACKED" != 200 ] || [ "$there" = 1 ] || WHY="acknowledged, and not stored"
    [ "$ACKED" = 200 ] || [ "$(tell_port "$CBPORT")" = 200 ] || WHY="it cannot come again"
}
sweep serve alloc 10 "0 69 75 78"
sweep serve open 4 "0 66 69 71 73 75 78"
sweep serve send 3 "0 69 75"
sweep serve recv 4 "0 69 75"
sweep serve write 3 "0 74"
kill "$SERVE_PID"

# --- report
RUN=${RUN:-}
[ -n "$RUN" ] || { paying_before salaries; as amina send "$RUN" --wait >/dev/null; }
report_before() {
    rm -rf "$S/reports"
    mkdir "$S/reports"
    CMD=("$PAYRUN" report "$RUN" --output "$S/reports/r.csv" --dir "$DIR")
}
report_after() {
    local left
    left=$(ls -A "$S/reports")
    [ "$left:$RC" = ":$RC" ] && [ "$RC" != 0 ] ||
        { [ "$left" = r.csv ] && cmp -s "$S/reports/r.csv" "$S/whole.csv"; } ||
        WHY="exit $RC left: $left"
}
p report "$RUN" --output "$S/whole.csv" >/dev/null 2>&1
sweep report alloc 12 "0 69 75 78"
sweep report open 6 "0 66 69 73 75 78"
sweep report send 4 "0 69 75"
sweep report recv 6 "0 69 75"
sweep report write 6 "0 73 74"
sweep report fsync 2 "0 73 74"
sweep report rename 2 "0 73 74"

is "the database holds what it should" "$(p audit verify --json | jq .holds)" true
echo "# $CASES calls failed"
is "both books: nobody was paid twice" "$(books double | jq length) $(books_sapama double | jq length)" "0 0"
is "paid there = paid here, to the cent" \
    "$(($(books summary | jq .paid_minor) + $(books_sapama summary | jq .paid_minor)))" \
    "$(sql "SELECT coalesce(sum(minor), 0) FROM outcome WHERE state = 'paid'")"
story_end
