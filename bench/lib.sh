# The stages' common ground: sourced by bench/run.  A stage is a file stage_NAME.sh
# with NAME_setup (once), NAME_round (in every round) and NAME_plan (what its
# figures are held against); each may be left out.

die() { echo "bench: $*" >&2; exit 1; }
say() { printf '%s\n' "$*" >&2; }
note() { NOTES+=("$*"); say "note: $*"; }

# --- measuring -------------------------------------------------------------

# record NAME US [CPU-US [PEAK-KIB]]: a figure measured in another way.
record() {
    printf '%s\t%s\t%s\t%s\t%s\n' "$ROUND" "$1" "$2" "${3:-0}" "${4:-0}" \
        >>"$RAW"
}

# measure NAME TIMES COMMAND...: what it printed is in $S/out.
measure() {
    local name=$1 times=$2

    shift 2
    if ! "$W/peak" "$S/cost" "$times" "$@" >"$S/out" 2>"$S/err"; then
        tail -n 15 "$S/out" "$S/err" >&2
        die "$name failed: $*"
    fi
    printf '%s\t%s\t%s\n' "$ROUND" "$name" "$(tail -n 1 "$S/cost")" >>"$RAW"
}

# rotated NAME...: the same, beginning with another one each round.
rotated() {
    local all=("$@") from=$(((ROUND - 1) % $#))

    echo "${all[@]:from}" "${all[@]:0:from}"
}

# --- programs in the background -------------------------------------------

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))

    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || die "waited in vain for: $*"
        sleep 0.02
    done
}

# start NAME COMMAND...: in the background, with what it says in $S/NAME.log; its
# process is $STARTED, and it ends with the bench at the latest.
start() {
    local name=$1

    shift
    : >"$S/$name.log"              # of the one before it nothing is read
    "$@" >"$S/$name.log" 2>&1 &
    STARTED=$!
    RUNNING[$STARTED]=1
}

# stop PID [SIGNAL]: asks it to end, and waits until it has.
stop() {
    # what is killed takes nobody along in time
    [ "${2:-}" != KILL ] || pkill -KILL -P "$1" || true
    kill "-${2:-TERM}" "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
    unset "RUNNING[$1]"         # its number may be another's soon
}

# cpu_us PID, peak_kib PID: what it and those it started have used so far, and the
# largest memory of one of them.
family() { echo "$1"; pgrep -P "$1" || true; }
cpu_us() {
    local pid

    for pid in $(family "$1"); do cat "/proc/$pid/stat"; done |
        awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); all += $12 + $13 }
            END { printf "%d", all * 1000000 / hz }'
}
peak_kib() {
    local pid

    for pid in $(family "$1"); do cat "/proc/$pid/status"; done |
        awk '/^VmHWM/ && $2 > most { most = $2 } END { print most + 0 }'
}
now_us() { echo $((${EPOCHREALTIME/./})); }

# --- the database ----------------------------------------------------------

url_of() { echo "${URL/@\/payrun/@\/$1}"; }     # url_of DATABASE

sql() {     # sql DATABASE STATEMENT...
    local url each=()

    url=$(url_of "$1")
    shift
    for s in "$@"; do each+=(-c "$s"); done
    PGOPTIONS='-c client_min_messages=warning' \
        psql -XAtq -v ON_ERROR_STOP=1 "${each[@]}" "$url"
}

# fresh_book [TEMPLATE]: an empty book with two people in it, or that of the
# template, and nothing left to write down.  It is another book than the one the
# mark knows, so that goes, too: payrun would send nothing.
fresh_book() {
    rm -f "$STATE"/mark*
    sql postgres "DROP DATABASE IF EXISTS payrun WITH (FORCE)" \
        "CREATE DATABASE payrun TEMPLATE ${1:-blank} STRATEGY file_copy" \
        "CHECKPOINT"
}

# The server, its books, and the rows as \copy wants them.
start_server() {
    "$PAYRUN" db up --dir "$STATE" >"$S/out" 2>&1 || {
        cat "$S/out" >&2; die "no database"; }
    URL=$("$PAYRUN" db url --dir "$STATE")
    "$PAYRUN" user add amina --role maker --dir "$STATE" >/dev/null
    "$PAYRUN" user add brian --role checker --dir "$STATE" >/dev/null
    sql postgres "CREATE DATABASE blank TEMPLATE payrun" \
        "CREATE DATABASE ready TEMPLATE payrun"
    "$PAYRUN" upload "$W/$ROWS.csv" --period 2026-11 --as amina --json \
        --dir "$STATE" >"$S/out" || die "the file is not accepted"
    sql payrun "\\copy payrun.instruction to '$W/ready.txt'"
}

# copy_into NAME LIKE-OPTIONS: the rows payrun stored, by psql, into a new table.
copy_into() {
    sql ready "DROP TABLE IF EXISTS ready" \
        "CREATE TABLE ready (LIKE payrun.instruction $2)" "CHECKPOINT"
    measure "$1" 1 psql -X -c "\\copy ready from '$W/ready.txt'" \
        "$(url_of ready)"
    [ "$(cat "$S/out")" = "COPY $ROWS" ] || die "$1 did not copy all rows"
    sql ready "DROP TABLE ready"
}

# as NAME COMMAND...: payrun with these books; upload_run FILE PERIOD: a run that
# may be sent, its name is $RUN.
as() { local who=$1; shift; "$PAYRUN" "$@" --dir "$STATE" --as "$who"; }

approve_run() {
    local total

    RUN=$(jq -r .run "$1")
    total=$(jq -r .total "$1")
    as amina submit "$RUN" >/dev/null
    as brian approve "$RUN" --confirm-total "$total" >/dev/null
}

# --- the provider ----------------------------------------------------------

# One wallet at the sink; account [LINES]: how payrun is to talk to it.
sink_up() {     # sink_up FLAGS...
    rm -f "$S/sinkport"
    start sink "$W/sink" --port-file "$S/sinkport" "$@"
    SINK=$STARTED
    wait_for 10 test -s "$S/sinkport"
    SINKPORT=$(cat "$S/sinkport")
}

# One more of curl's list of requests; before the first, "next" is one too many.
curl_post() {   # curl_post URL BODY
    printf '%s\n' next "url = $1" "data-binary = \"@$2\"" \
        'header = "Content-Type: application/json"' 'header = "Expect:"' \
        'output = /dev/null' 'write-out = "%{http_code}\n"'
}

account() {     # account IN-FLIGHT BATCH-ROWS [BASE-URL]
    mkdir -p "$STATE"
    (umask 077; printf ISSecretKey_test_payrun_bench >"$S/key"
     printf %s "$CHALLENGE" >"$S/challenge")
    cat >"$STATE/payrun.yaml" <<YAML
accounts:
  - name: salaries
    provider: intasend
    base_url: ${3:-http://127.0.0.1:$SINKPORT/api/v1/}
    key: file:$S/key
    challenge: file:$S/challenge
    batch_rows: $2
    in_flight: $1
YAML
}

# --- a worker ---------------------------------------------------------------

# wait_sent SECONDS STATES: until every batch is there.  One session asks: a psql
# each time, with its wrapper, takes half a core from what is measured.
wait_sent() {
    local end=$((SECONDS + $1)) left pid

    coproc ASK { exec psql -XAtq "$(url_of payrun)"; }
    pid=$ASK_PID                # bash forgets it when the process has ended
    while :; do
        echo "SELECT count(*) FROM payrun.batch
            WHERE NOT state::text = ANY ('{$2}');" >&"${ASK[1]}"
        read -r left <&"${ASK[0]}" || die "the database does not answer"
        [ "$left" != 0 ] || break
        [ $SECONDS -lt $end ] || die "waited in vain: $left are not $2"
        sleep 0.02
    done
    eval "exec ${ASK[1]}>&-"
    wait "$pid" || true
}

work_up() {         # releases the run, and works for it until it has ended
    start work "$PAYRUN" send "$RUN" --wait --quiet --workers $WORKERS \
        --dir "$STATE" --as amina
    WORK=$STARTED
}

# --- telling ---------------------------------------------------------------

plan() { (IFS=$'\t'; printf '%s\n' "$*") >>"$PLAN"; }
ratio() { plan ratio "$@"; }

why() { plan why "$@"; }

# floor TITLE NAME TEXT [ROWS]: what cannot be left out of the targets whose titles
# begin with TITLE, measured as NAME in the same rounds: it takes payrun's place in
# their ratios (of a limit, its own), and stands beside them.  TEXT says what it is.
# Before the targets themselves.
floor() { plan floor "$1" "$2" "${4:--}" "$3"; }

# per TITLE NUM DEN OP TARGET: the plain ratio of two figures.
per() { ratio "$1" "$2" 1 "$3" 1 - "$4" "$5"; }

rows() {        # 1000000: "1,000,000 rows"
    local n=$1 text=

    while [ ${#n} -gt 3 ]; do
        text=,${n: -3}$text
        n=${n:0:-3}
    done
    echo "$n$text row$([ "$1" = 1 ] || echo s)"
}
