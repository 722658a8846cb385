#!/usr/bin/env bash
# The clock jumps under a worker: an hour, ten years, over midnight, forwards
# and back, at each point of a payment, for both protocols; and the database's
# clock is another one.  Nobody is paid twice, nobody is lost, and what waits
# still waits as long as it should: the engine asks clocks that do not jump.
#   CLOCKS=all   every jump at every point; otherwise each once
. "$(dirname "$0")/../lib/story.sh"
FAKE=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -1)
[ -n "$FAKE" ] || { echo "1..0 # SKIP no libfaketime (Debian package faketime)"; exit 0; }
case $(ldd "$PAYRUN_CHECK") in
*libasan*) echo "1..0 # SKIP the sanitizers' runtime and libfaketime do not go together"; exit 0 ;;
esac
LATENCY_MS=500
BATCH_ROWS=2
story "clocks that jump"
GIVE_UP_MS=60000
and_a_till

CLOCK=$S/clock
jump() { echo "$1" >"$CLOCK.new"; mv "$CLOCK.new" "$CLOCK"; }
# A program whose wall clock is what stands in $CLOCK, read at every look.
faked() {
    env LD_PRELOAD="$FAKE" FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 \
        FAKETIME_DONT_FAKE_MONOTONIC=1 "$@"
}
jump +0
today=$(date +%Y)
is "a program can be told another time" "$(jump +3650d; faked date +%Y)" $((today + 10))

of_runs() { sql "SELECT count(*) FROM run WHERE ref = ANY('{$REFS}') AND state = '$1'"; }
ended() { [ "$(of_runs closed)" = 2 ]; }
# two NR: a run of six for each account, approved
two() {
    local a out ref seed=0
    REFS=
    for a in salaries till; do
        seed=$((seed + 1))
        payroll 6 "$((10#$1 * 2 + seed))" >"$S/run.csv"
        out=$(as amina upload "$S/run.csv" --period "20${1:0:2}-${1:2}" --account $a --json) ||
            { echo "${out: -300}"; return 1; }
        ref=$(jq -r .run <<<"$out")
        as amina submit "$ref" >/dev/null &&
            as brian approve "$ref" --confirm-total "$(jq -r .total <<<"$out")" >/dev/null || return 1
        REFS=$REFS${REFS:+,}$ref
    done
}
workers() {         # workers [FAILPOINTS]: one a run, under the clock of the file
    local ref
    : >"$S/hits"
    WORKERS=
    for ref in ${REFS//,/ }; do
        LD_PRELOAD=$FAKE FAKETIME_TIMESTAMP_FILE=$CLOCK FAKETIME_NO_CACHE=1 \
            FAKETIME_DONT_FAKE_MONOTONIC=1 PAYRUN_FAILPOINTS=${1:-} \
            PAYRUN_FAILPOINT_LOG=$S/hits \
            "$PAYRUN_CHECK" send "$ref" --wait --dir "$DIR" --as amina >>"$LOG.work" 2>&1 &
        WORKERS="$WORKERS $!"
    done
}
gone() { local w; for w in $WORKERS; do ! kill -0 "$w" 2>/dev/null || return 1; done; }
stop() { local w; wait_for 60 gone; for w in $WORKERS; do kill "$w" 2>/dev/null; wait "$w" 2>/dev/null; done; }
hit() { local p; for p; do grep -qF "$p" "$S/hits" || return 1; done; }

NR=0
# at NAME JUMP FAILPOINTS FAULT-IS FAULT-SAPAMA POINT...: one round
at() {
    local name=$1 by=$2 points=$3 is=$4 sapama=$5
    shift 5
    NR=$((NR + 1))
    jump +0
    no_faults
    no_faults_sapama
    [ -z "$is" ] || fault "$is"
    [ -z "$sapama" ] || fault_sapama "$sapama"
    two "$(printf '%02d%02d' $((30 + NR / 12)) $((NR % 12 + 1)))" ||
        { ok "$name: two runs are approved" false; return; }
    [ $# -gt 0 ] || jump "$by"
    workers "$points"
    if [ $# -gt 0 ]; then
        wait_for 30 hit "$@" || ok "$name: the point was reached" false
        jump "$by"
    fi
    ok "$name: $by, and both runs are paid" wait_for 60 ended
    stop
    is "... with nothing in doubt" "$(sql "SELECT count(*) FROM outcome WHERE state = 'in_doubt'")" 0
}

# Over midnight in Nairobi, where pay days are counted.
midnight=+$(((24 * 3600 - ($(date +%s) + 3 * 3600) % 86400) + 30))s
JUMPS=(+3600s -3600s +3650d -3650d "$midnight")
N_JUMP=0
each() {
    local j
    if [ "${CLOCKS:-}" = all ]; then
        for j in "${JUMPS[@]}"; do at "$1" "$j" "${@:2}"; done
    else
        at "$1" "${JUMPS[N_JUMP++ % 5]}" "${@:2}"
    fi
}
slow='{"on":"approve","do":"delay","delay_ms":1200,"times":3}'
slow_sapama='{"on":"b2c","do":"delay","delay_ms":1200,"times":3}'
lost='{"on":"approve","do":"drop_after"}'
lost_sapama='{"on":"b2c","do":"drop_after"}'
never='{"on":"approve","do":"delay","delay_ms":60000}'
never_sapama='{"on":"b2c","do":"delay","delay_ms":60000}'

each "before the claim" '' '' ''
each "between claim and door" 'net.start.initiate:delay=400;net.start.send:delay=400' \
    '' '' net.start.initiate net.start.send
each "at the door" 'net.door.approve:delay=400;net.door.send:delay@2=400' \
    '' '' net.door.approve net.door.send
each "waiting for the answer" '' "$slow" "$slow_sapama" net.left.approve net.left.send
each "before asking" 'net.start.status:delay=400;net.start.scan:delay=400' \
    '' '' net.start.status net.start.scan
each "in doubt" '' "$lost" "$lost_sapama" net.sent.approve net.sent.send

# A request that nobody answers ends after its three seconds, whatever the
# clock on the wall says meanwhile.
from=$SECONDS
each "an answer that never comes" '' "$never" "$never_sapama" net.left.approve net.left.send
is "no request was waited for until the wall clock said so" \
    "$([ $((SECONDS - from)) -lt $((NR > 12 ? 400 : 80)) ] && echo yes)" yes

# A worker killed at the door under one clock, its batches taken back under
# another: leases are the database's, and the door checks them.
no_faults
no_faults_sapama
jump +3650d
two 4001 || ok "two more runs" false
workers 'net.door.initiate:kill'
stop
jump -3650d
workers
ok "a dead worker's batches are taken back, twenty years earlier" wait_for 60 ended
stop

# --- the database's server has another clock
# (payrun starts it with a clean environment, so it is started here as it was.)
mapfile -d '' -t server <"/proc/$(head -1 "$DIR/postgres/data/postmaster.pid")/cmdline"
owner=$(stat -c %U "$DIR/postgres/data")
server=(env "LD_PRELOAD=$FAKE" "FAKETIME_TIMESTAMP_FILE=$CLOCK.server" FAKETIME_NO_CACHE=1
    FAKETIME_DONT_FAKE_MONOTONIC=1 "${server[@]}")
[ "$(id -u)" != 0 ] || server=(setpriv "--reuid=$owner" "--regid=$owner" --clear-groups "${server[@]}")
p db down >/dev/null 2>&1
jump +0
mkdir -p "$DIR/postgres/run"            # where its socket is; down took it away
chown --reference="$DIR/postgres/data" "$DIR/postgres/run"
echo +36h >"$CLOCK.server"
chmod 644 "$CLOCK.server"
(cd / && exec "${server[@]}") >>"$LOG.server" 2>&1 &
up() { sql "SELECT 1"; }
ok "the database comes up a day and a half ahead" wait_for 30 up
like "... it says so" "$(sql "SELECT now() > timestamptz '$(date -u +%FT%TZ)' + interval '35 hours'")" t
like "doctor tells" "$(p doctor 2>&1)" "(WARN|FAIL)[^$'\n']*clock"
two 4002 || ok "two more runs" false
workers
ok "they are paid" wait_for 60 ended
stop
p db down >/dev/null 2>&1
ok "and back again" p db up
# The last scan of the till was noted a day and a half ahead: it holds nobody up.
two 4003 || ok "two more runs" false
workers
ok "they are paid too" wait_for 60 ended
stop
is "no request left twice" "$(sql "SELECT count(*) FROM (SELECT batch_id FROM attempt
    WHERE step = 'send' AND left_at IS NOT NULL GROUP BY batch_id HAVING count(*) > 1) x")" 0
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0

all_paid_at_both
story_end
