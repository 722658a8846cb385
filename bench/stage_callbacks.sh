# callbacks: `payrun serve`, 200 only after the commit, beside node and express,
# beside what the database alone can commit, and beside both halves of the work.
CALLBACK_SECONDS=${BENCH_SECONDS:-2}
CONNECTIONS=(64 256 512 1024)

# The statements answered with 200 and the rows there; nothing else was answered.
flood() {       # flood NAME CONNECTIONS PORT COUNT-STATEMENT...
    local name=$1 connections=$2 port=$3 requests us errors p50 p99 stored

    shift 3
    wrk -t1 -c"$connections" -d"${CALLBACK_SECONDS}s" --timeout 10s \
        -s bench/callbacks.lua "http://127.0.0.1:$port/callback/salaries" -- \
        "$ROUND$name" "$CHALLENGE" >"$S/out" || die "wrk: $name"
    read -r _ requests us errors p50 p99 < <(grep ^bench "$S/out")
    [ "$errors" = 0 ] || die "$name: $errors of $requests not answered with 200"
    stored=$(sql "$@")
    [ "$stored" -ge "$requests" ] ||
        die "$name: $requests answered, but only $stored stored"
    record "$name.$connections" "$(awk "BEGIN { print $us / $requests }")"
    record "$name.p50.$connections" "$p50"
    record "$name.p99.$connections" "$p99"
}

serve_up() {    # its process is $SERVER, its port $PORT
    account 8 5000 http://127.0.0.1:9/api/v1/
    fresh_book
    rm -f "$S/port"
    start serve "$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/port" \
        --dir "$STATE"
    SERVER=$STARTED
    wait_for 10 test -s "$S/port"
    PORT=$(cat "$S/port")
}

callbacks_payrun() {
    local connections

    serve_up
    for connections in "${CONNECTIONS[@]}"; do
        sql payrun "TRUNCATE payrun.inbox" "CHECKPOINT"
        flood callbacks.payrun "$connections" "$PORT" \
            payrun "SELECT sum(copies) FROM payrun.inbox"
    done
    record callbacks.memory 0 0 "$(peak_kib "$SERVER")"
    stop "$SERVER"
}

callbacks_rival() {     # callbacks_rival NAME PROGRAM
    local connections port

    start "$1" "$NODE" "bench/rivals/$2" "$MODULES" "$(url_of ready)" \
        "$CHALLENGE"
    local server=$STARTED
    wait_for 10 grep -qE '^[0-9]+$' "$S/$1.log"
    port=$(head -n 1 "$S/$1.log")
    for connections in 64 256; do
        sql ready "TRUNCATE inbox" "CHECKPOINT"
        flood "callbacks.$1" "$connections" "$port" \
            ready "SELECT sum(copies) FROM inbox"
    done
    stop "$server"
}

callbacks_limit() {
    local tps

    sql ready "TRUNCATE inbox" "CHECKPOINT"
    pgbench -n -c 1 -M prepared -T "$CALLBACK_SECONDS" -D rows=32 \
        -f bench/pgbench.sql "$(url_of ready)" >"$S/out" 2>"$S/err" || die "pgbench: $(cat "$S/err")"
    tps=$(awk '/^tps/ { print $3 }' "$S/out")
    record callbacks.pgbench "$(awk "BEGIN { print 1000000 / (32 * $tps) }")"
}

# The same requests to an account nobody has: read whole, and refused before
# anything is done with them.
refused() {     # refused CONNECTIONS: they are $REFUSED, in $REFUSED_US
    local errors

    "$W/peak" "$S/cost" 1 wrk -t1 -c"$1" -d"${CALLBACK_SECONDS}s" \
        --timeout 10s -s bench/callbacks.lua \
        "http://127.0.0.1:$PORT/callback/nobody" -- x "$CHALLENGE" >"$S/out" ||
        die "wrk: HTTP alone"
    read -r _ REFUSED REFUSED_US errors _ < <(grep ^bench "$S/out")
    [ "$errors" = "$REFUSED" ] || die "HTTP alone: not all were refused"
}

some_stored() { [ -n "$(sql ready "SELECT 1 FROM inbox LIMIT 1")" ]; }

# Both halves of a callback at once: HTTP without storing, and storing without
# HTTP, half of the connections' in a commit, as it is when the others come in.  Of
# the machine's time each half had the share that it had of their CPU.
halves() {      # halves CONNECTIONS
    local storing backend at before after http store

    sql ready "TRUNCATE inbox" "CHECKPOINT"
    start storing pgbench -n -c 1 -M prepared -T 600 -D rows=$(($1 / 2)) \
        -f bench/pgbench.sql "$(url_of ready)"
    storing=$STARTED
    wait_for 10 some_stored
    backend=$(sql ready "SELECT pid FROM pg_stat_activity
        WHERE application_name = 'pgbench' AND datname = 'ready'")
    at=$(now_us)
    before=$(sql ready "SELECT last_value FROM inbox_inbox_id_seq")
    http=$(cpu_us "$SERVER") store=$(($(cpu_us "$backend") + $(cpu_us "$storing")))
    refused "$1"
    store=$(($(cpu_us "$backend") + $(cpu_us "$storing") - store))
    http=$(($(cpu_us "$SERVER") - http + $(tail -n 1 "$S/cost" | cut -f 2)))
    at=$(($(now_us) - at))
    after=$(sql ready "SELECT last_value FROM inbox_inbox_id_seq")
    stop "$storing"
    record "callbacks.halves.$1" "$(awk -v h="$http" -v s="$store" \
        -v of_h="$((REFUSED_US * 1000 / REFUSED))" \
        -v of_s="$((at * 1000 / (after - before)))" \
        'BEGIN { print (h * of_h + s * of_s) / (h + s) / 1000 }')"
}

callbacks_halves() {
    local connections

    serve_up
    for connections in 64 256; do
        refused "$connections"
        record "callbacks.http.$connections" \
            "$(awk "BEGIN { print $REFUSED_US / $REFUSED }")"
        halves "$connections"
    done
    stop "$SERVER"
}

callbacks_round() {
    local who

    for who in $(rotated payrun halves limit ${NODE:+node express}); do
        case $who in
        halves)  callbacks_halves ;;
        payrun)  callbacks_payrun ;;
        limit)   callbacks_limit ;;
        node)    callbacks_rival node callbacks.js ;;
        express) callbacks_rival express callbacks_express.js ;;
        esac
    done
}

callbacks_plan() {
    local n who

    why "callbacks, 64 connections: p99" "two cores for the database, wrk, serve and others"
    why "callbacks, 256 connections: p99" "two cores for the database, wrk, serve and others"
    for n in 64 256; do
        for who in "node http + pg" "express + pg"; do
            floor "callbacks, $n connections: $who" callbacks.halves.$n \
                "HTTP alone and pgbench, $((n / 2)) rows a commit, at once"
        done
    done
    for n in 64 256; do
        per "callbacks, $n connections: node http + pg / payrun" \
            callbacks.node.$n callbacks.payrun.$n '>=' 6
        per "callbacks, $n connections: express + pg / payrun" \
            callbacks.express.$n callbacks.payrun.$n '>=' 15
    done
    per "callbacks, 256 connections: pgbench, 32 rows a commit / payrun" \
        callbacks.pgbench callbacks.payrun.256 '>=' 0.4
    for n in 256 512 1024; do
        per "callbacks, $n connections / 64: rate" callbacks.payrun.64 \
            callbacks.payrun.$n '>=' 0.85
    done
    plan limit "callbacks, 64 connections: p99" callbacks.payrun.p99.64 '<=' 10
    plan limit "callbacks, 256 connections: p99" callbacks.payrun.p99.256 \
        '<=' 20
    plan memory "serve, 1024 connections" callbacks.memory $MIB_MAX
    for n in "${CONNECTIONS[@]}"; do
        plan time "a callback, payrun, $n connections" callbacks.payrun.$n 1
    done
    for n in 64 256; do
        plan time "a callback, node http + pg, $n" callbacks.node.$n 1
        plan time "a callback, express + pg, $n" callbacks.express.$n 1
    done
    plan time "a callback, pgbench, 32 a commit" callbacks.pgbench 1
    for n in 64 256; do
        plan time "a callback, HTTP alone, $n connections" callbacks.http.$n 1
        plan time "a callback, HTTP and pgbench at once, $n" \
            callbacks.halves.$n 1
    done
}
