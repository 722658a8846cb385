# report: the page of a run, from what its batches have counted.  Two statements
# make it (those of `payrun status`), whatever the run's size.

report_setup() {
    local n

    for n in 1 $SMALL "$ROWS"; do
        fresh_book
        "$PAYRUN" upload "$W/$n.csv" --period 2026-11 --as amina --json \
            --dir "$STATE" >"$S/run.json"
        "$W/settle" "$URL" "$(jq -r .run "$S/run.json")" ||
            die "the outcomes are not stored"
        sql postgres "DROP DATABASE IF EXISTS page_$n" \
            "ALTER DATABASE payrun RENAME TO page_$n"
    done
    REPORT_RUN=$(jq -r .run "$S/run.json")
    fresh_book
}

# The statements a hundred times, and once more, which is not counted: it reads
# the pages from the disk.
report_script() {
    echo "SET search_path TO payrun;"
    echo "PREPARE one AS $(cat schema/queries/run_by_name.sql)"
    echo "PREPARE two AS $(cat schema/queries/run_progress.sql)"
    echo "EXECUTE one ('$REPORT_RUN', 0); EXECUTE two (1);"
    echo '\timing on'
    for _ in {1..100}; do
        echo "EXECUTE one ('$REPORT_RUN', 0); EXECUTE two (1);"
    done
}

report_round() {
    local n

    for n in $(rotated 1 $SMALL "$ROWS"); do
        report_script | psql -XAtq -v ON_ERROR_STOP=1 "$(url_of "page_$n")" \
            >"$S/out" || die "the page cannot be made"
        record "report.$n" "$(awk '/^Time:/ { ms += $2; k++ }
            END { print k == 200 ? ms * 10 : "broken" }' "$S/out")"
        measure "status.$n" 3 "$PAYRUN" status "$REPORT_RUN" --json --dir \
            "$STATE" --db "$(url_of "page_$n")"
    done
}

report_plan() {
    local n

    for n in $SMALL "$ROWS"; do
        plan limit "report: the page of a run of $(rows "$n")" "report.$n" \
            '<=' 5
    done
    plan memory "status, $(rows "$ROWS")" "status.$ROWS" $MIB_MAX
    for n in 1 $SMALL "$ROWS"; do
        plan time "a run's page, the database's part, $(rows "$n")" \
            "report.$n" 1
        plan time "payrun status, $(rows "$n")" "status.$n" 1
    done
}
