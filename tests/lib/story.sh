# The stories' common ground: sourced by tests/story/*.t (bash).
#
# A story has a folder, a private PostgreSQL, a sandbox with its own books, a
# maker (amina) and a checker (brian).  It ends by asking the sandbox's books
# who was paid.  TAP on stdout; what went on before a failure on stderr.
set -u
PAYRUN=${PAYRUN:?run the stories through make check}
N=0
FAILED=0
# Of MODE=asan alone.
export LSAN_OPTIONS=suppressions=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lsan.supp:print_suppressions=0
SANDBOX_PID=

S=$(mktemp -d "${TMPDIR:-/tmp}/payrun-story.XXXXXX")
chmod 755 "$S"
DIR=$S/state
LOG=$S/log
# Nairobi's days: a story may see midnight, and a stand-in's books begin a little
# before it does; so what it looks for is of TODAY to SOON.
TODAY=$(TZ=Africa/Nairobi date -d '-10 minutes' +%F)
SOON=$(TZ=Africa/Nairobi date -d '+1 day' +%F)

ok() {      # ok NAME COMMAND...
    local name=$1
    shift
    N=$((N + 1))
    if "$@" >"$S/out" 2>&1; then
        echo "ok $N - $name"
    else
        echo "not ok $N - $name"
        FAILED=1
        sed 's/^/# /' "$S/out" | tail -15
    fi
}

is() {      # is NAME GOT WANT
    N=$((N + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $N - $1"
    else
        echo "not ok $N - $1"
        FAILED=1
        printf '# got:  %s\n# want: %s\n' "$2" "$3"
    fi
}

like() {    # like NAME GOT REGEX
    N=$((N + 1))
    if [[ $2 =~ $3 ]]; then
        echo "ok $N - $1"
    else
        echo "not ok $N - $1"
        FAILED=1
        printf '# got:    %s\n# wanted: %s\n' "$2" "$3"
    fi
}

lacks() {   # lacks NAME WORD FILE...: the word is in none of them.  (Not through
            # ok, which would empty $S/out first.)
    local name=$1 word=$2
    shift 2
    is "$name" "$(cat "$@" 2>/dev/null | grep -c -e "$word")" 0
}

exits() {   # exits NAME CODE COMMAND...: output in $S/out
    local name=$1 want=$2 rc=0
    shift 2
    "$@" >"$S/out" 2>&1 || rc=$?
    is "$name" "$rc" "$want"
    [ "$rc" = "$want" ] || sed 's/^/# /' "$S/out" | tail -15
}

wait_for() {    # wait_for SECONDS COMMAND...: until it succeeds
    local end=$((SECONDS + $1)) pause=0.05
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "# waited in vain for: $*"; return 1; }
        sleep $pause
    done
}

p() { "$PAYRUN" "$@" --dir "$DIR"; }
as() { local who=$1; shift; "$PAYRUN" "$@" --dir "$DIR" --as "$who"; }
# As the owner, who may mend by hand what no role may: see schema step 0008.
sql() { psql -XAtq -v ON_ERROR_STOP=1 -c "SET search_path TO payrun; SET payrun.repair = 'a story'" -c "$1" "$URL"; }
books() { curl -sf "http://127.0.0.1:$PORT/_books/$1"; }
fault() { curl -sf -X POST "http://127.0.0.1:$PORT/_faults" -d "$1" >/dev/null; }
no_faults() { curl -sf -X DELETE "http://127.0.0.1:$PORT/_faults" >/dev/null; }

# The same of the Sapama stand-in, which plays beside the other on its own port.
books_sapama() { curl -sf "http://127.0.0.1:$SPORT/_books/$1"; }
fault_sapama() { curl -sf -X POST "http://127.0.0.1:$SPORT/_faults" -d "$1" >/dev/null; }
no_faults_sapama() { curl -sf -X DELETE "http://127.0.0.1:$SPORT/_faults" >/dev/null; }
rules_sapama() { curl -sf -X POST "http://127.0.0.1:$SPORT/_rules" -d "$1" >/dev/null; }

sandbox_up() {      # sandbox_up FLAGS...: on the old ports when there were some
    rm -f "$S/port" "$S/sport"
    "$PAYRUN" sandbox --listen "127.0.0.1:${PORT:-0}" --books "$S/books" \
        --sapama "127.0.0.1:${SPORT:-0}" --sapama-port-file "$S/sport" \
        --sapama-key-file "$S/api_key" --sapama-secret-file "$S/api_secret" \
        --port-file "$S/port" --latency-ms "${LATENCY_MS:-300}" --speed 1000 "$@" \
        >>"$LOG.sandbox" 2>&1 &
    SANDBOX_PID=$!
    wait_for 10 test -s "$S/port" || return 1
    PORT=$(cat "$S/port")
    SPORT=$(cat "$S/sport")
}

sandbox_down() {
    [ -z "$SANDBOX_PID" ] || { kill -TERM "$SANDBOX_PID"; wait "$SANDBOX_PID"; }
    SANDBOX_PID=
}

till_account() {    # till_account [EXTRA LINES OF IT]; CALLBACKS is where it is told
    cat <<YAML
  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: "2"
    short_code: "830830"
    callback_url: ${CALLBACKS:-http://127.0.0.1:9/callback/till}
    batch_rows: ${BATCH_ROWS:-10}
    poll_first_ms: ${POLL_FIRST_MS:-100}
    poll_cap_ms: ${POLL_CAP_MS:-500}
    connect_ms: 1000
    answer_ms: ${ANSWER_MS:-3000}
    lease_ms: ${LEASE_MS:-6000}
    give_up_ms: ${GIVE_UP_MS:-20000}
${1:-}
YAML
}

# The one account of a Sapama story; in others it may stand beside the first.
config_sapama() {   # config_sapama [EXTRA LINES OF THE ACCOUNT]
    mkdir -p "$DIR"
    { echo "accounts:"; till_account "$@"; } >"$DIR/payrun.yaml"
}
and_a_till() { till_account "$@" >>"$DIR/payrun.yaml"; }    # and_a_till [EXTRA LINES]

config() {  # config [EXTRA LINES OF THE ACCOUNT]
    mkdir -p "$DIR"
    if [ "${PROVIDER:-intasend}" = sapama ]; then
        config_sapama "$@"
        return
    fi
    cat >"$DIR/payrun.yaml" <<YAML
accounts:
  - name: salaries
    provider: intasend
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/key
    challenge: file:$S/challenge
    batch_rows: ${BATCH_ROWS:-10}
    poll_first_ms: ${POLL_FIRST_MS:-100}
    poll_cap_ms: 500
    connect_ms: 1000
    answer_ms: ${ANSWER_MS:-3000}
    lease_ms: ${LEASE_MS:-6000}
    give_up_ms: ${GIVE_UP_MS:-20000}
${1:-}
YAML
}

# The database server without the time initdb takes: see cluster.sh.  Not with
# OWN_SERVER=1 before `story`: then it is payrun's own work, settings and all.
ready_made() {
    [ "${OWN_SERVER:-0}" = 1 ] ||
        sh "$(dirname "$0")/../lib/cluster.sh" "$DIR" >"$S/out" 2>&1 ||
        bail "no template of a database server"
}

keys() {
    (umask 077; printf ISSecretKey_test_payrun_sandbox >"$S/key"
     printf %s PAYRUNSANDBOXKEY00000000000000000000000000000007 >"$S/api_key"
     printf %s PAYRUNSANDBOXSECRET00000000000000000000000000008 >"$S/api_secret"
     printf a-long-and-secret-challenge >"$S/challenge")
}

story() {   # story NAME [SANDBOX FLAGS...]: set everything up.  With
            # PROVIDER=sapama before it, the account is a till at Sapama.
    echo "# $1"
    shift
    keys
    sandbox_up --challenge-file "$S/challenge" "$@" || bail "no sandbox"
    config
    ready_made
    p db up >"$S/out" 2>&1 || bail "no database"
    URL=$(p db url)
    p user add amina --role maker >/dev/null &&
        p user add brian --role checker >/dev/null || bail "no people"
}

bail() { echo "Bail out! $1"; sed 's/^/# /' "$S/out" | tail; exit 1; }

payroll() {     # payroll ROWS [SEED]: a file without mistakes
    "$PAYRUN" template --rows "$1" --seed "${2:-1}"
}

approved() {    # approved FILE PERIOD: upload, submit, approve; sets RUN, TOTAL
    local out
    out=$(as amina upload "$1" --period "$2" --kind "${3:-main}" --json) || {
        echo "# upload failed: $out"; return 1; }
    RUN=$(jq -r .run <<<"$out")
    TOTAL=$(jq -r .total <<<"$out")
    ROWS=$(jq -r .rows <<<"$out")
    as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$TOTAL" >/dev/null
}

state() { p status "$RUN" --json | jq -r .state; }
count() { p status "$RUN" --json | jq -r ".$1"; }

# What every story ends with: the provider's own books against ours.
each_paid_once() {
    local ours theirs
    if [ "${PROVIDER:-intasend}" = sapama ]; then
        books() { books_sapama "$@"; }
    fi
    books "payments?format=csv" | tail -n +2 >"$S/theirs.csv"
    is "the sandbox's books: nobody was paid twice" \
       "$(books double | jq length)" 0
    ours=$(sql "SELECT count(*) || ' ' || coalesce(sum(minor), 0)
                  FROM outcome WHERE state = 'paid'")
    theirs=$(books summary | jq -r '"\(.payments) \(.paid_minor)"')
    is "the sandbox's books: paid there = paid here, to the cent" \
       "$theirs" "$ours"
    is "every instruction of a sent run has its end or is in doubt" \
       "$(sql "SELECT count(*) FROM instruction i JOIN batch b USING (batch_id)
                 JOIN run r USING (run_id)
                 LEFT JOIN outcome o USING (batch_id, seq)
                WHERE r.state IN ('settled', 'closed') AND o.seq IS NULL")" 0
}

# The same for a story with both providers in which everybody is paid.
all_paid_at_both() {
    local paid there='"\(.payments) \(.paid_minor)"'
    paid="SELECT count(*) || ' ' || coalesce(sum(o.minor), 0)
            FROM outcome o JOIN batch b USING (batch_id) JOIN funding_account f USING (account_id)
           WHERE o.state = 'paid' AND f.provider"
    is "IntaSend's books: nobody twice" "$(books double | jq length)" 0
    is "... paid there = paid here" "$(books summary | jq -r "$there")" "$(sql "$paid = 'intasend'")"
    is "Sapama's books: nobody twice" "$(books_sapama double | jq length)" 0
    is "... paid there = paid here" "$(books_sapama summary | jq -r "$there")" "$(sql "$paid = 'sapama'")"
    is "all are paid" "$(sql "SELECT count(*) FROM instruction i LEFT JOIN outcome o USING (batch_id, seq)
        WHERE o.state IS DISTINCT FROM 'paid'")" 0
}

# Failpoints that failpoint_names.c gives to this story by its name: watch_points
# before `story`, came_past before the end.
watch_points() {
    export PAYRUN=${PAYRUN_CHECK:?run me through make check} PAYRUN_FAILPOINT_LOG=$S/points
}
came_past() {
    PAYRUN_FAILPOINTS=list "$PAYRUN_CHECK" |
        awk -F'\t' -v me="$(basename "$0" .t)" '$2 == me { print $1 }' | sort >"$S/mine"
    is "the failpoints that are this story's were come past" \
       "$(sort -u "$S/points" | comm -23 "$S/mine" -)" ""
    is "... and there are some" "$([ -s "$S/mine" ] && echo yes)" yes
}

story_end() {
    echo "1..$N"
    exit $FAILED
}

cleanup() {
    local rc=$?
    [ -z "$SANDBOX_PID" ] || { disown "$SANDBOX_PID"; kill -9 "$SANDBOX_PID"; } 2>/dev/null
    for job in $(jobs -p); do
        { disown "$job"; kill -9 "$job"; } 2>/dev/null
    done
    "$PAYRUN" db down --dir "$DIR" >/dev/null 2>&1
    if [ "${KEEP:-0}" = 1 ] || { [ $rc != 0 ] && [ "${KEEP_FAILED:-0}" = 1 ]; }
    then
        echo "# kept: $S"
    else
        rm -rf "$S"
    fi
    exit $rc
}
trap cleanup EXIT

# Background programs are started by name, not through p or as: $! must be the
# program, not a shell around it.
serve_up() {        # the callback listener; the account then tells its address
    rm -f "$S/cbport"
    "$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/cbport" \
        --dir "$DIR" >>"$LOG.serve" 2>&1 &
    SERVE_PID=$!
    wait_for 10 test -s "$S/cbport" || return 1
    CBPORT=$(cat "$S/cbport")
    if [ "${PROVIDER:-intasend}" = sapama ]; then
        CALLBACKS=http://127.0.0.1:$CBPORT/callback/till
        config
    else
        config "    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/"
    fi
}

sending() {         # sending RUN: release it and leave a worker on it
    "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina >>"$LOG.send" 2>&1 &
    SEND_PID=$!
}
