# load: `payrun upload` beside \copy of the very rows it stored, beside node, and
# into a book with ten million rows of history.
HISTORY=${BENCH_HISTORY:-$((10 * ROWS))}

load_upload() {     # load_upload NAME ROWS PERIOD
    measure "$1" 1 "$PAYRUN" upload "$W/$2.csv" --period "$3" \
        --as amina --json --dir "$STATE"
    [ "$(jq .rows "$S/out")" = "$2" ] || die "upload of $2 rows: other rows"
}

upload() {
    fresh_book
    load_upload "upload.$1" "$1" 2026-11
}

# The book of a firm that has paid for years: runs of 500,000 payments (a tenth of
# all in a small bench), one a month and the last ones of this month, with other
# payees than the file has.  Made once; every upload has a copy of it.
history_setup() {
    local each=$((HISTORY / 20))

    fresh_book
    sed "s/:each/$each/g" bench/history.sql | psql -XAtq -v ON_ERROR_STOP=1 \
        "$URL" >"$S/out" 2>&1 || { cat "$S/out" >&2; die "no history"; }
    [ "$(sql payrun "SELECT count(*) FROM payrun.instruction")" = $((20 * each)) ] ||
        die "not all of the history is there"
    NEIGHBOUR=$(sql payrun "SELECT max(run_id) FROM payrun.run")
    sql postgres "DROP DATABASE IF EXISTS history" \
        "ALTER DATABASE payrun RENAME TO history"
    fresh_book
}

load_setup() { history_setup; }

load_history() {
    fresh_book history
    load_upload upload.history "$ROWS" 2026-11
}

load_node() {
    fresh_book
    measure load.node 1 "$NODE" bench/rivals/load.js "$MODULES" "$(url_of ready)" \
        "$W/$ROWS.csv"
    [ "$(cat "$S/out")" = "$ROWS" ] || die "node stored $(cat "$S/out") rows"
    sql ready "DROP TABLE payment"
}

# What an upload cannot leave out, by programs that know nothing of each other: one
# reads and checks the file, the other copies rows that are ready; and, where there
# is history, before that whom the other run of the period pays is read out of it.
load_floor() {      # load_floor NAME [DATABASE RUN]
    sql ready "DROP TABLE IF EXISTS ready" \
        "CREATE TABLE ready (LIKE payrun.instruction INCLUDING ALL)" "CHECKPOINT"
    measure "$1" 1 bash -c '"$1" check "$2" --json --dir "$3" & checks=$!
        [ -z "$6" ] || psql -X -c "COPY (SELECT minor, account
            FROM payrun.instruction WHERE batch_id BETWEEN $7 * 100000::bigint
            AND $7 * 100000::bigint + 99999) TO STDOUT WITH (FORMAT binary)" \
            "$6" >/dev/null || exit
        psql -X -c "\copy ready from '\''$4'\''" "$5" && wait $checks' \
        floor "$PAYRUN" "$W/$ROWS.csv" "$STATE" "$W/ready.txt" \
        "$(url_of ready)" "${2:+$(url_of "$2")}" "${3:-}"
    grep -q "^COPY $ROWS$" "$S/out" || die "$1 did not copy all rows"
    sql ready "DROP TABLE ready"
}

# Is \copy itself linear?
copied() {          # copied N: the first N rows, by psql
    head -n "$1" "$W/ready.txt" >"$S/some.txt"
    sql ready "DROP TABLE IF EXISTS ready" \
        "CREATE TABLE ready (LIKE payrun.instruction INCLUDING ALL)" "CHECKPOINT"
    measure "copy.$1" 1 psql -X -c "\\copy ready from '$S/some.txt'" \
        "$(url_of ready)"
    grep -q "^COPY $1$" "$S/out" || die "copy.$1 did not copy all rows"
    sql ready "DROP TABLE ready"
}

load_round() {
    local what

    for what in $(rotated upload same floor bare history old ${NODE:+node}); do
        case $what in
        upload)  upload "$ROWS" ;;
        same)    copy_into copy.same "INCLUDING ALL" ;;
        floor)   load_floor load.floor ;;
        old)     load_floor load.floor.history history "$NEIGHBOUR" ;;
        bare)    copy_into copy.bare "" ;;
        history) load_history ;;
        node)    load_node ;;
        esac
    done
    for _ in 1 2 3; do      # short ones: the mean of three
        upload 1
        copied 1
        upload $SMALL
        copied $SMALL
    done
    upload $MIDDLE
    copied $MIDDLE
}

load_plan() {
    local n

    floor "load: upload" load.floor \
        '`payrun check` beside `\copy` of ready rows, each on a core of its own'
    floor "load: node csv-parse" load.floor \
        '`payrun check` beside `\copy` of ready rows, each on a core of its own'
    floor "load, " load.floor.history \
        'the same, and the payees of the other run of the period read before'
    why "upload, cost of a row" '`\copy` is measured the same way below it'
    per 'load: upload / `\copy`, same table' "upload.$ROWS" copy.same '<=' 1.25
    per "load, $(rows "$HISTORY") of history: upload / "'`\copy`, same table' \
        upload.history copy.same '<=' 1.25
    per 'load: `\copy`, same table / bare heap' copy.same copy.bare '<=' 2.2
    per "load: node csv-parse + pg / upload" load.node "upload.$ROWS" '>=' 5
    linear upload upload upload.1
    for n in $SMALL $MIDDLE; do
        ratio "its floor: "'`\copy`'", cost of a row: $(rows "$n") / $(rows \
            "$ROWS")" "copy.$n" "$n" copy.same "$ROWS" copy.1 '~' 0.15
    done
    for n in $SMALL $MIDDLE "$ROWS"; do
        plan memory "upload, $(rows "$n")" "upload.$n" $MIB_MAX
    done
    plan memory "upload, with history" upload.history $MIB_MAX
    for n in 1 $SMALL $MIDDLE "$ROWS"; do
        plan time "payrun upload, $(rows "$n")" "upload.$n" "$n"
    done
    plan time "payrun upload, with history" upload.history "$ROWS"
    plan time 'psql `\copy`, same table' copy.same "$ROWS"
    plan time 'psql `\copy`, same table, and `payrun check` beside it' load.floor \
        "$ROWS"
    plan time 'psql `\copy`, bare heap' copy.bare "$ROWS"
    plan time "node csv-parse + pg" load.node "$ROWS"
}
