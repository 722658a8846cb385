# night: from the file to every batch accepted, by a provider without latency, and
# every reply read; beside \copy of the same rows and beside a script of node's.

# What is left when it was interrupted is nothing: all of it is one figure.
night_payrun() {        # night_payrun ROWS
    local from

    sink_up
    account 16 $BATCH_ROWS
    fresh_book
    from=$(now_us)
    as amina upload "$W/$1.csv" --period 2026-11 --json >"$S/run.json"
    approve_run "$S/run.json"
    work_up
    wait_sent 1800 in_flight,done
    record "night.$1" $(($(now_us) - from)) "$(cpu_us "$WORK")" \
        "$(peak_kib "$WORK")"
    stop "$WORK"
    stop "$SINK"
}

night_node() {
    sink_up
    measure night.node 1 "$NODE" bench/rivals/pay.js "$MODULES" \
        "$(url_of ready)" "$W/$ROWS.csv" "$SINKPORT"
    [ "$(cat "$S/out")" = "$ROWS" ] || die "node paid $(cat "$S/out") rows"
    sql ready "DROP TABLE payment, sent"
    stop "$SINK"
}

night_setup() {
    "$W/bytes" "$W/batch.csv" "$S" >/dev/null       # leaves body and reply.json
    chmod 644 "$S/reply.json"
    sql ready "CREATE SEQUENCE IF NOT EXISTS bench_answers"
}

# What the evidence alone costs: both answers of every batch, kept one by one.
night_answers() {
    sql ready "TRUNCATE payrun.event" "CHECKPOINT"
    measure night.answers 1 pgbench -n -c 1 -M prepared \
        -t $((2 * ROWS / BATCH_ROWS)) -D "reply=$S/reply.json" \
        -f bench/answers.sql "$(url_of ready)"
    sql ready "TRUNCATE payrun.event"
}

# The same bytes moved by tools that look at nothing: the file checked beside a
# \copy of ready rows; then the rows read twice, both requests of every batch made
# and both answers kept, side by side.
night_moved() {
    local batches=$((ROWS / BATCH_ROWS)) base i

    sink_up
    base=http://127.0.0.1:$SINKPORT/api/v1/send-money
    for ((i = 0; i < batches; i++)); do
        curl_post "$base/initiate/" "$S/body.json"
        curl_post "$base/approve/" "$S/reply.json"
    done | sed 1d >"$S/curl.conf"
    sql ready "TRUNCATE payrun.event" "DROP TABLE IF EXISTS ready" \
        "CREATE TABLE ready (LIKE payrun.instruction INCLUDING ALL)" "CHECKPOINT"
    measure night.moved 1 bash bench/moved.sh "$PAYRUN" "$STATE" \
        "$W/$ROWS.csv" "$W/ready.txt" "$(url_of ready)" "$S" $((2 * batches))
    [ "$(grep -c '^200$' "$S/posted")" = $((2 * batches)) ] ||
        die "curl: not all answered with 200"
    sql ready "TRUNCATE payrun.event" "DROP TABLE ready"
    stop "$SINK"
}

night_round() {
    local what

    for what in $(rotated payrun copy answers moved ${NODE:+node}); do
        case $what in
        answers) night_answers ;;
        moved)   night_moved ;;
        payrun) night_payrun "$ROWS" ;;
        copy)   copy_into night.copy "" ;;
        node)   night_node ;;
        esac
    done
    night_payrun 1
    night_payrun $SMALL
    night_payrun $MIDDLE
}

night_plan() {
    local n

    floor "end to end: payrun" night.moved \
        "the same bytes moved by check, psql, curl and pgbench, nothing compared"
    floor "end to end: node" night.moved \
        "the same bytes moved by check, psql, curl and pgbench, nothing compared"
    per 'end to end: payrun / raw `\copy`' "night.$ROWS" night.copy '<=' 3
    per "end to end: node csv-parse + pg + intasend-node / payrun" night.node \
        "night.$ROWS" '>=' 5
    linear "end to end" night night.1
    for n in $SMALL $MIDDLE "$ROWS"; do
        plan memory "send --wait, end to end, $(rows "$n")" "night.$n" $MIB_MAX
    done
    for n in 1 $SMALL $MIDDLE "$ROWS"; do
        plan time "end to end, payrun, $(rows "$n")" "night.$n" "$n"
    done
    plan time 'end to end, raw `\copy`' night.copy "$ROWS"
    plan time "end to end, keeping both answers of each batch alone" \
        night.answers "$ROWS"
    plan time "end to end, the same bytes moved by tools" night.moved "$ROWS"
    plan time "end to end, node" night.node "$ROWS"
}
