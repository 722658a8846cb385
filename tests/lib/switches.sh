# What the stories of the stand-ins' switches share: sourced after story.sh,
# with PROVIDER set, and followed by switches_begin.  One small payroll for
# each reading: exit code and ends here, and what the provider's books gained.
LATENCY_MS=100 BATCH_ROWS=4 GIVE_UP_MS=${GIVE_UP_MS:-4000} ANSWER_MS=800
LEASE_MS=2500 POLL_CAP_MS=100
MONTH=0

switches_begin() {      # switches_begin NAME [SANDBOX FLAGS...]
    story "$@"
    ok "the listener is up" serve_up
    [ "${PROVIDER:-intasend}" = intasend ] || { PORT2=$PORT PORT=$SPORT; }
    DEFAULTS=$(curl -sf "http://127.0.0.1:$PORT/_rules")
}

# A switch that is not there, or a fault nobody can do, must not pass unseen.
control() {
    curl -sf -X POST "http://127.0.0.1:$PORT/_$1" -d "$2" >/dev/null ||
        bail "the stand-in refused _$1 $2"
}
rules() { control rules "$1"; }
fault() { control faults "$1"; }
wallet() { control wallet "{\"balance\":\"$1\"}"; }
phones() { PHONES=$1; }         # the payees, instead of people made up
all_well() { no_faults; rules "$DEFAULTS"; wallet 900000000.00; }

# What the provider's books say was paid, as far as callers can know (TF105 is
# IntaSend's word for "we do not know"): payments and cents.
theirs() {
    books payments | jq -r '[.[] | select(.told != "TF105") | .amount | tonumber
                             | . * 100 | round] | "\(length) \(add // 0)"'
}
ours() {    # of this run: paid/failed/in doubt, and the cents paid
    sql "SELECT count(*) FILTER (WHERE o.state = 'paid') || '/' ||
                count(*) FILTER (WHERE o.state = 'failed') || '/' ||
                count(*) FILTER (WHERE o.state = 'in_doubt') || ' ' ||
                coalesce(sum(o.minor) FILTER (WHERE o.state = 'paid'), 0)
           FROM outcome o JOIN batch b USING (batch_id) JOIN run r USING (run_id)
          WHERE r.ref = '$RUN'"
}

# A payroll of ROWS (PHONES when there are some), approved, and then under each
# "VERB ARGUMENT" pair.
set_up() {
    local period phone n=0
    PHONES=
    all_well
    MONTH=$((MONTH + 1))
    period=$((2020 + MONTH / 12))-$(printf %02d $((MONTH % 12 + 1)))
    [ "${1:-}" != phones ] || { phones "$2"; shift 2; }
    if [ -n "$PHONES" ]; then
        echo "Name,Phone,Amount"
        for phone in $PHONES; do
            n=$((n + 1))
            echo "Payee $n,$phone,$((MONTH * 100 + n))"
        done
    else
        payroll "$PAYEES" $MONTH
    fi >"$S/pay.csv"
    approved "$S/pay.csv" "$period" || bail "$period is not approved"
    while [ $# -gt 0 ]; do
        "$1" "$2"
        shift 2
    done
    read -r N0 C0 <<<"$(theirs)"
}

# sent NAME EXIT PAID/FAILED/IN-DOUBT [PAID THERE]: what became of it, here and
# there; to the cent where as many were paid there as here.
sent() {
    local rc=0 mine n1 c1 there=${4:-${3%%/*}} cents=same
    as amina send "$RUN" --wait >"$S/out" 2>&1 || rc=$?
    mine=$(ours)
    read -r n1 c1 <<<"$(theirs)"
    [ "$there" != "${mine%%/*}" ] || [ $((c1 - C0)) = "${mine#* }" ] ||
        cents="$((c1 - C0)) there, ${mine#* } here"
    is "$1: exit, paid/failed/in doubt; paid there; cents" \
       "$rc ${mine% *}; $((n1 - N0)); $cents" "$2 $3; $there; same"
    [ "$rc" = "$2" ] || sed 's/^/# /' "$S/out" | tail -8
}

play() {    # play NAME EXIT ENDS [VERB ARGUMENT]...
    set_up "${@:4}"
    sent "$1" "$2" "$3"
}
plays() {   # plays NAME EXIT ENDS THERE [VERB ARGUMENT]...: not told as it was
    set_up "${@:5}"
    sent "$1" "$2" "$3" "$4"
}
pays() { play "$1" 0 "$PAYEES/0/0" "${@:2}"; }

# A person is called, nobody was paid or failed by then; things are put right,
# the run is resumed, and all are paid, once.
stops() {   # stops NAME [VERB ARGUMENT]...
    set_up "${@:2}"
    sent "$1: stopped by a guard" 4 0/0/0 0
    all_well
    as amina resume "$RUN" >/dev/null
    sent "$1: put right" 0 "$PAYEES/0/0"
}

# What is not told is asked for again and again, each time later, before a person
# is called; this is how soon it begins, and so how long a story waits for it.
first_look() {  # first_look MS
    POLL_FIRST_MS=$1
    if [ "${PROVIDER:-intasend}" = intasend ]; then
        config "    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/"
    else
        config
    fi
}

switches_end() {
    is "the sandbox's books: nobody was paid twice" "$(books double | jq length)" 0
    is "the sandbox's books tie" "$(books summary | jq -r .ties)" true
    kill "$SERVE_PID" 2>/dev/null
    story_end
}
