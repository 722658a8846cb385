# settle: final answers for all payments, beside one at a time and beside COPY.

# A book each with that many payments and no answer: unsettled_N.
settle_setup() {
    local n

    for n in 1 $SMALL $MIDDLE "$ROWS"; do
        fresh_book
        "$PAYRUN" upload "$W/$n.csv" --period 2026-11 --as amina --json \
            --dir "$STATE" >"$S/run.json"
        sql postgres "DROP DATABASE IF EXISTS unsettled_$n" \
            "ALTER DATABASE payrun RENAME TO unsettled_$n"
    done
    SETTLE_RUN=$(jq -r .run "$S/run.json")      # all have that name
    fresh_book "unsettled_$ROWS"
    "$W/settle" "$URL" "$SETTLE_RUN" || die "the outcomes are not stored"
    sql payrun "\\copy payrun.outcome to '$W/outcomes.txt'"
    sql ready "CREATE SEQUENCE IF NOT EXISTS bench_seq MAXVALUE 2000000000" \
        "CREATE TABLE appended (LIKE payrun.outcome)"
}

settle_ours() {     # settle_ours ROWS
    fresh_book "unsettled_$1"
    measure "settle.$1" 1 "$W/settle" "$URL" "$SETTLE_RUN"
    [ "$(sql payrun "SELECT count(*) FROM payrun.outcome")" = "$1" ] ||
        die "not all are settled"
}

settle_copy() {     # settle_copy NAME TABLE
    sql ready "TRUNCATE $2" "CHECKPOINT"
    measure "settle.$1" 1 psql -X -c "\\copy $2 from '$W/outcomes.txt'" \
        "$(url_of ready)"
    [ "$(cat "$S/out")" = "COPY $ROWS" ] || die "$1 did not copy all rows"
}

settle_singly() {
    local tps

    sql ready "TRUNCATE payrun.outcome" "CHECKPOINT"
    pgbench -n -c 1 -M prepared -T 2 -f bench/settle_one.sql \
        "$(url_of ready)" >"$S/out" 2>"$S/err" || die "pgbench: $(cat "$S/err")"
    tps=$(awk '/^tps/ { print $3 }' "$S/out")
    record settle.single "$(awk "BEGIN { print 1000000 / $tps }")"
}

settle_round() {
    for what in $(rotated ours bare keyed single); do
        case $what in
        ours)   settle_ours "$ROWS" ;;
        bare)   settle_copy bare appended ;;
        keyed)  settle_copy keyed payrun.outcome ;;
        single) settle_singly ;;
        esac
    done
    for _ in 1 2 3; do      # short ones: the mean of three
        settle_ours 1
        settle_ours $SMALL
    done
    settle_ours $MIDDLE
}

settle_plan() {
    floor "settle: append" settle.keyed '`\copy` of the same rows into the same table, with its key'
    ratio "settle: a row at a time / payrun" settle.single 1 "settle.$ROWS" \
        "$ROWS" - '>=' 40
    per 'settle: append-only `\copy` / payrun' settle.bare "settle.$ROWS" \
        '>=' 0.4
    linear settle settle settle.1
    plan memory "settle, $(rows "$ROWS")" "settle.$ROWS" $MIB_MAX
    plan time "settle, payrun" "settle.$ROWS" "$ROWS"
    plan time 'settle, append-only `\copy`' settle.bare "$ROWS"
    plan time 'settle, `\copy` into the same table' settle.keyed "$ROWS"
    plan time "settle, a row at a time" settle.single 1
}
