#!/usr/bin/env bash
# The callback listener killed, stopped, cut off and slowed before and after it
# stores a callback; the worker that looks at them, too.  What was not
# acknowledged is told again; what is told twice is stored once.
. "$(dirname "$0")/../lib/story.sh"
: "${PAYRUN_CHECK:?run me through make check}"
LATENCY_MS=200
BATCH_ROWS=2
story "callbacks and failpoints"
export PAYRUN_FAILPOINT_LOG=$S/hits
sed -i "s/^accounts:/default_account: salaries\naccounts:/" "$DIR/payrun.yaml"
and_a_till

up() {          # up FAILPOINTS: a listener; its port stays the same
    rm -f "$S/cbport"
    PAYRUN_FAILPOINTS=$1 "$PAYRUN_CHECK" serve --listen "127.0.0.1:${CBPORT:-0}" \
        --port-file "$S/cbport" --dir "$DIR" >>"$LOG.serve" 2>&1 &
    SERVE=$!
    wait_for 30 test -s "$S/cbport" || return 1
    CBPORT=$(cat "$S/cbport")
}
down() {
    kill -TERM "$SERVE" 2>/dev/null
    wait "$SERVE" 2>/dev/null
}
tell() {        # tell ACCOUNT TEXT: the HTTP status, 000 when nobody answered
    local body="{\"challenge\":\"$(cat "$S/challenge")\",\"tracking_id\":\"$2\"}"
    [ "$1" = salaries ] || body="status=$2"
    curl -s -m 30 -o /dev/null -w '%{http_code}' -d "$body" \
        "http://127.0.0.1:$CBPORT/callback/$1/$2"
}
stored() { sql "SELECT count(*) FROM inbox WHERE convert_from(body, 'UTF8') LIKE '%$1%'"; }
is_stopped() { grep -q '^State:.T' "/proc/$SERVE/status"; }

one() {         # one ACCOUNT POINT STORED: 1 when it is stored when that happens
    local text=$1$RANDOM$RANDOM
    up "$2:kill"
    is "$1: killed at $2: nobody answers" "$(tell "$1" "$text")" 000
    wait "$SERVE" 2>/dev/null
    is "... stored: $3" "$(stored "$text")" "$3"
    text=$1$RANDOM$RANDOM
    up "$2:error"
    is "$1: an error at $2: told to come again" "$(tell "$1" "$text")" 503
    is "... stored: $3" "$(stored "$text")" "$3"
    is "... it comes again" "$(tell "$1" "$text") $(stored "$text")" "200 1"
    down
    text=$1$RANDOM$RANDOM
    up "$2:stop;$2:delay@2=100"
    tell "$1" "$text" >"$S/code" &
    CURL=$!
    ok "$1: stopped at $2" wait_for 30 is_stopped
    kill -CONT "$SERVE"
    wait "$CURL"
    is "... and awake: it is stored and acknowledged" "$(cat "$S/code") $(stored "$text")" "200 1"
    is "... slow: the same" "$(tell "$1" "$text") $(stored "$text")" "200 1"
    down
}
one salaries callback.received 0
one salaries write.inbox_store 0
one salaries written.inbox_store 1
one salaries callback.stored 1
one till callback.received 0
one till callback.stored 1

# --- a stop while a commit is under way: it is waited for, and acknowledged
waits() { sql "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'inbox'::regclass"; }
waited() { [ "$(waits)" = "$1" ]; }
deaf() { ! curl -s -m 5 -o /dev/null "http://127.0.0.1:$CBPORT/health"; }
up ""
is "a listener that has stored before" "$(tell salaries before)" 200
coproc GUARD { psql -XAtq "$URL" 2>&1; }
GUARDED=$GUARD_PID
echo "BEGIN; LOCK TABLE payrun.inbox IN EXCLUSIVE MODE; SELECT 'held';" >&"${GUARD[1]}"
read -r -t 30 held <&"${GUARD[0]}"
is "the inbox is held" "$held" held
tell salaries stopped >"$S/code" &
CURL=$!
ok "a group is under way" wait_for 30 waited 1
kill -TERM "$SERVE"
ok "told to stop, it takes no more" wait_for 30 deaf
is "... and still waits for the commit" "$(waits)" 1
echo "COMMIT; \\q" >&"${GUARD[1]}"
wait "$CURL" "$GUARDED"
wait "$SERVE"
is "it ends by the signal" "$?" 143
is "... what was under way is stored and acknowledged" "$(cat "$S/code") $(stored stopped)" "200 1"

# --- runs whose callbacks meet all that, and whose workers are killed with them
sed -i "s|^    provider: intasend|&\n    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/|
        s|http://127.0.0.1:9/|http://127.0.0.1:$CBPORT/|" "$DIR/payrun.yaml"
n=0
for account in salaries till; do
    for what in kill error; do
        for point in {commit,committed}.hints.hint; do
            n=$((n + 1))
            up ""
            payroll 6 "$n" >"$S/run.csv"
            as amina upload "$S/run.csv" --period "2026-0$n" --account "$account" --json >"$S/up"
            RUN=$(jq -r .run "$S/up")
            as amina submit "$RUN" >/dev/null
            as brian approve "$RUN" --confirm-total "$(jq -r .total "$S/up")" >/dev/null
            # (in braces: the shell says "Killed")
            { PAYRUN_FAILPOINTS="$point:$what@2" timeout 120 "$PAYRUN_CHECK" send "$RUN" --wait \
                --dir "$DIR" --as amina >"$S/out" 2>&1; } 2>/dev/null
            is "$account: a worker with $what at $point" "$?" "$([ $what = kill ] && echo 137 || echo 0)"
            [ $what = error ] || exits "... goes on with the same command" 0 as amina send "$RUN" --wait
            is "... the run is closed" "$(state)" closed
            down
        done
    done
done
is "nothing is in doubt" "$(sql "SELECT count(*) FROM outcome WHERE state <> 'paid'")" 0

PAYRUN_FAILPOINTS=list "$PAYRUN_CHECK" >"$S/list"
is "every failpoint of callbacks was come past" "$(awk -F'\t' '$2 == "serve" { print $1 }' "$S/list" |
    sort | comm -23 - <(sort -u "$S/hits"))" ""
is "the books of Sapama: nobody was paid twice" "$(books_sapama double | jq length)" 0
is "and of IntaSend" "$(books double | jq length)" 0
is "paid there = paid here" "$(($(books summary | jq .payments) + $(books_sapama summary | jq .payments)))" \
   "$(sql "SELECT count(*) FROM outcome WHERE state = 'paid'")"
exits "the audit holds" 0 p audit verify
story_end
