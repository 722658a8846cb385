# submit: payrun's HTTP client beside wrk, then the worker in whole, against a
# provider without latency and one that takes 200 ms.
WIRE_SECONDS=${BENCH_SECONDS:-2}
WIRE_INFLIGHT=16
SLOW_MS=200
SLOW_ROUNDS=20              # so many times in a row, with all that may be in flight
LANES=(4 16 64)

# The server Debian has, unpacked here: installing it would start it.
nginx_get() {
    NGINX=$(command -v nginx) && return
    NGINX=$W/nginx/usr/sbin/nginx
    [ -x "$NGINX" ] && return
    mkdir -p "$W/nginx"
    (cd "$W/nginx" && apt-get download nginx && dpkg -x nginx_*.deb .) \
        >"$W/nginx.log" 2>&1 && [ -x "$NGINX" ] || {
        NGINX=
        note "nginx could not be had: the wire's rows are not run"
    }
}

free_port() {
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
        Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

submit_setup() {
    "$W/bytes" "$W/batch.csv" "$W" >/dev/null       # leaves body.json
    nginx_get
    [ -n "$NGINX" ] || return 0
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout "$S/key.pem" -out "$S/cert.pem" -days 30 -subj /CN=localhost \
        -addext "subjectAltName=IP:127.0.0.1" 2>"$S/err" || die "openssl"
    PLAIN=$(free_port)
    TLS=$(free_port)
    sed "s|FOLDER|$S|; s|PLAIN|$PLAIN|; s|TLS|$TLS|" bench/nginx.conf \
        >"$S/nginx.conf"
    start nginx "$NGINX" -e stderr -p "$S" -c "$S/nginx.conf"
    wait_for 10 curl -sf "http://127.0.0.1:$PLAIN/"
}

# wrk_posts NAME URL: us a post.
wrk_posts() {
    local posts us errors

    wrk -t1 -c$WIRE_INFLIGHT -d"${WIRE_SECONDS}s" -s bench/submit.lua "$2" \
        -- "$W/body.json" >"$S/out" || die "wrk: $2"
    read -r _ posts us errors < <(grep ^bench "$S/out")
    [ "$errors" = 0 ] || die "$1: $errors of $posts not answered with 200"
    record "$1" "$(awk "BEGIN { print $us / $posts }")"
}

# So many posts by curl, out of a list of requests.
CURL_POSTS=100

curl_posts() {      # curl_posts NAME URL
    local i

    for ((i = 0; i < CURL_POSTS; i++)); do
        curl_post "$2" "$W/body.json"
    done | sed 1d >"$S/curl.conf"
    measure curl.all 1 curl -s --parallel --parallel-max $WIRE_INFLIGHT \
        -K "$S/curl.conf"
    [ "$(grep -c '^200$' "$S/out")" = $CURL_POSTS ] ||
        die "curl: not all answered with 200"
    record "$1" "$(awk -v n=$CURL_POSTS 'END { print $3 / n }' "$RAW")"
}

our_posts() {       # our_posts NAME URL pay|ask
    local ns

    ns=$("$W/wire" "$2" "$W/body.json" $WIRE_INFLIGHT "$WIRE_SECONDS" "$3" \
        "$S/cert.pem") || die "wire: $2"
    record "$1" "$(awk "BEGIN { print $ns / 1000 }")"
}

submit_wire() {
    local plain=http://127.0.0.1:$PLAIN/ tls=https://127.0.0.1:$TLS/ what

    for what in $(rotated wrk curl pay ask tls.wrk tls.pay tls.ask); do
        case $what in
        wrk)     wrk_posts wire.wrk "$plain" ;;
        curl)    curl_posts wire.curl "$plain" ;;
        tls.wrk) wrk_posts wire.tls.wrk "$tls" ;;
        tls.*)   our_posts "wire.$what" "$tls" "${what#tls.}" ;;
        *)       our_posts "wire.$what" "$plain" "$what" ;;
        esac
    done
}

approved() {        # approved ROWS: a run that may be sent, of so many rows
    fresh_book
    "$PAYRUN" template --rows "$1" --seed 1 >"$S/some.csv"
    as amina upload "$S/some.csv" --period 2026-11 --json >"$S/run.json"
    approve_run "$S/run.json"
}

all_left() { [ "$(sql payrun "SELECT count(*) FROM payrun.attempt
    WHERE left_at IS NOT NULL")" = "$1" ]; }

# us a batch from the first that left until the last that was answered.
pace() {
    sql payrun "SELECT round(1000000 * extract(epoch FROM max(answered_at)
        - min(left_at)) / count(*)) FROM payrun.attempt WHERE step = '$1'"
}

submit_slow() {     # submit_slow IN-FLIGHT
    sink_up --delay-ms $SLOW_MS
    account "$1" 10
    approved $(($1 * SLOW_ROUNDS * 10))
    work_up
    wait_sent 600 in_flight,done
    record "slow.$1" "$(pace initiate)"
    record "slow.approve.$1" "$(pace approve)"
    record "slow.ideal.$1" $((SLOW_MS * 1000 / $1))
    stop "$WORK"
    stop "$SINK"
}

# Each batch has a commit of its own that nothing can share: its door, behind
# which it leaves.  No worker with one connection is faster than those, nor than
# the provider.
submit_doors() {
    local n us

    sql ready "DROP TABLE IF EXISTS door" \
        "CREATE TABLE door AS SELECT 0::bigint AS n" "CHECKPOINT"
    pgbench -n -c 1 -M prepared -T "$WIRE_SECONDS" -f bench/door.sql \
        "$(url_of ready)" >"$S/out" 2>"$S/err" || die "pgbench: $(cat "$S/err")"
    sql ready "DROP TABLE door"
    us=$(awk '/^tps/ { print 1000000 / $3 }' "$S/out")
    for n in "${LANES[@]}"; do
        record "slow.doors.$n" "$(awk -v us="$us" -v all=$((SLOW_MS * 1000 / n)) \
            'BEGIN { print (us > all) ? us : all }')"
    done
}

# All in flight at a provider that takes its time: what does waiting cost?
submit_waiting() {
    local before

    sink_up --delay-ms 8000
    account 64 10
    approved 640
    work_up
    wait_for 300 all_left 64
    sleep 1
    before=$(cpu_us "$WORK")
    sleep 3
    record waiting "$(awk "BEGIN { print ($(cpu_us "$WORK") - $before) / 30 }")"
    record waiting.memory 0 0 "$(peak_kib "$WORK")"
    stop "$WORK" KILL           # or it would wait for the answers
    stop "$SINK"
}

# The worker in whole: claimed, committed, sent, answered, compared, stored.
submit_whole() {
    sink_up
    wrk_posts whole.wrk "http://127.0.0.1:$SINKPORT/api/v1/send-money/initiate/"
    account $WIRE_INFLIGHT $BATCH_ROWS
    approved "$ROWS"
    work_up
    wait_sent 900 in_flight,done
    record whole.payrun "$(pace initiate)"
    record whole.memory 0 0 "$(peak_kib "$WORK")"
    stop "$WORK"
    stop "$SINK"
}

submit_round() {
    local n

    [ -z "$NGINX" ] || submit_wire
    for n in $(rotated "${LANES[@]}" doors); do
        if [ "$n" = doors ]; then submit_doors; else submit_slow "$n"; fi
    done
    submit_waiting
    submit_whole
}

submit_plan() {
    local n

    why "submit, 64 in flight" "a door is a commit of its own, 320 of them a second"
    per "submit, plain: wrk / payrun's client" wire.wrk wire.pay '>=' 0.5
    per "submit, plain: curl --parallel / payrun's client" wire.curl wire.pay \
        '>=' 1
    per "submit, TLS, kept connections: wrk / payrun's client" wire.tls.wrk \
        wire.tls.ask '>=' 0.7
    for n in "${LANES[@]}"; do
        floor "submit, $n in flight" "slow.doors.$n" \
            "pgbench: one small commit a batch, one connection"
        per "submit, $n in flight, $SLOW_MS ms: batches / possible" \
            "slow.ideal.$n" "slow.$n" '>=' 0.9
    done
    plan limit "submit: CPU of a worker with 64 in flight, waiting" waiting \
        '<=' 10 "% of a core"
    plan memory "work, 64 in flight" waiting.memory $MIB_MAX
    plan memory "work, $(rows "$ROWS")" whole.memory $MIB_MAX
    plan time "post of a batch, wrk, plain" wire.wrk $BATCH_ROWS
    plan time "post of a batch, curl --parallel, plain" wire.curl $BATCH_ROWS
    plan time "post of a batch, payrun, plain, fresh" wire.pay $BATCH_ROWS
    plan time "post of a batch, payrun, plain, kept" wire.ask $BATCH_ROWS
    plan time "post of a batch, wrk, TLS" wire.tls.wrk $BATCH_ROWS
    plan time "post of a batch, payrun, TLS, fresh" wire.tls.pay $BATCH_ROWS
    plan time "post of a batch, payrun, TLS, kept" wire.tls.ask $BATCH_ROWS
    plan time "a batch at the sink, wrk" whole.wrk $BATCH_ROWS
    plan time "a batch at the sink, the worker in whole" whole.payrun \
        $BATCH_ROWS
    for n in "${LANES[@]}"; do
        plan time "a batch, $n in flight, $SLOW_MS ms, initiate" "slow.$n" 10
        plan time "a batch, $n in flight, $SLOW_MS ms, approve" \
            "slow.approve.$n" 10
    done
}
