#!/usr/bin/env bash
# Rows that were held back, and rows that failed, come back in the user's own
# columns and order, extra ones too, and load again without loss.
. "$(dirname "$0")/../lib/story.sh"
story "the user's own columns" --fail-per-mille 150 --seed 4
BATCH_ROWS=20 config

# Semicolons, odd order, cells a spreadsheet would run, a quote, two bad phones.
{
    echo '"Memo ""x""";Net Pay;Mobile;Grade;Full Name;Staff No'
    for i in $(seq 1 40); do
        printf '"=sum(%d); ""a""";%d,00;%s;+G%d;Ängström %d;E%03d\n' $i \
            $((1000 + i)) "$([ $i = 7 ] || [ $i = 9 ] && echo 07123 ||
                echo 07$((12000000 + i)))" $((i % 3)) $i $i
    done
} >"$S/nov.csv"
as amina upload "$S/nov.csv" --period 2026-11 --accept-good-rows --json >"$S/up" 2>&1
RUN=$(jq -r .run "$S/up")
TOTAL=$(jq -r .total "$S/up")
is "two rows were held back" "$(jq -r .held_rows "$S/up")" 2
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total "$TOTAL" >/dev/null
as amina send "$RUN" --wait >/dev/null 2>&1
failed=$(count failed.count)
ok "some failed" test "$failed" -gt 1

# own FILE: the rows behind our two columns, guards and line ends taken off, as
# the file had them.
own() { perl -CSD -ne 's/^\x{FEFF}//; s/\r$//; s/^(?:"(?:[^"]|"")*"|[^;]*);(?:"(?:[^"]|"")*"|[^;]*);//;
    s/(^|;)("?)\x27(?=[=+\-@\t\r])/$1$2/g; print' "$1"; }

ok "the rows to correct" p rejects "$RUN" --output "$S/back.csv"
is "held and failed, nobody else" "$(own "$S/back.csv" | tail -n +2 | wc -l)" $((failed + 2))
is "the header is theirs" "$(own "$S/back.csv" | head -1)" "$(head -1 "$S/nov.csv")"
is "every row is as it was, to the byte" \
   "$(own "$S/back.csv" | tail -n +2 | grep -vxFf "$S/nov.csv" | wc -l)" 0
like "what is wrong stands in front" "$(grep E007 "$S/back.csv")" '^"?PR-CSV-[0-9]+ '
is "only failed ones" "$(p rejects "$RUN" --failed 2>/dev/null | tail -n +2 | wc -l)" "$failed"
is "only held ones" "$(p rejects "$RUN" --held 2>/dev/null | tail -n +2 | wc -l)" 2
lacks "nothing a spreadsheet would run" '^[^;]*;[^;]*;\(="\|=\)' "$S/back.csv"

# --- corrected, it loads; every cell of theirs is in the book as before
sed 's/;07123;/;0712999123;/' "$S/back.csv" >"$S/again.csv"
sed -i '0,/0712999123/s//0712999124/' "$S/again.csv"
as amina upload "$S/again.csv" --period 2026-11 --kind correction --json >"$S/up" 2>&1
is "it loads back" "$(jq -r .rows "$S/up")" $((failed + 2))
is "... and its unknown columns are those of the first file" \
   "$(sql "SELECT count(*) FROM instruction i JOIN instruction o
             ON o.employee_no = i.employee_no AND o.extra = i.extra
                AND o.name = i.name AND o.minor = i.minor
            WHERE i.batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$(jq -r .run "$S/up")')
              AND o.batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN')")" "$failed"

# --- the CSV of a report loads back as well
p report "$RUN" --format csv --output "$S/report.csv" >/dev/null 2>&1
is "the report has no formula" "$(grep -cE '(^|,)"?[=+@-][A-Za-z]' "$S/report.csv")" 0
is "... and loads: nobody is lost" \
   "$(p check "$S/report.csv" --json 2>/dev/null | jq -r .rows)" 38

# --- what a retry has taken does not come back twice
as amina retry "$RUN" --allow-duplicates "instead of the correction" >/dev/null 2>&1
is "rows of a retry stay there" "$(p rejects "$RUN" --failed 2>/dev/null | tail -n +2 | wc -l)" 0
exits "no JSON without a place for the rows" 64 p rejects "$RUN" --json
each_paid_once
story_end
