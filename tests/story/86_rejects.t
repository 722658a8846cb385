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

# own FILE: the rows behind our three columns, guards and line ends taken off, as
# the file had them.
own() { perl -CSD -ne 's/^\x{FEFF}//; s/\r$//; s/^(?:(?:"(?:[^"]|"")*"|[^;]*);){3}//;
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
             ON o.employee_no = i.employee_no
                AND o.extra::jsonb = i.extra::jsonb - 'payrun row'
                AND o.name = i.name AND o.minor = i.minor
            WHERE i.batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$(jq -r .run "$S/up")')
              AND o.batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN')")" "$failed"

# --- each row of it stands for the payment that failed, as in a retry
is "every failure is tied to the row that corrects it" \
   "$(sql "SELECT count(*) FROM retried t JOIN run r USING (run_id)
             JOIN instruction o ON o.batch_id = t.batch_id AND o.seq = t.seq
             JOIN instruction n ON n.batch_id = t.new_batch_id AND n.seq = t.new_seq
            WHERE r.ref = '$(jq -r .run "$S/up")' AND r.corrects AND n.employee_no = o.employee_no
              AND t.minor = o.minor AND t.living")" "$failed"
exits "so nothing of it can be retried beside that" 4 as amina retry "$RUN"
like "... which is said" "$(cat "$S/out")" "$(jq -r .run "$S/up")"
is "nor comes it back once more" "$(p rejects "$RUN" --failed 2>/dev/null | tail -n +2 | wc -l)" 0
cp "$S/again.csv" "$S/third.csv"
exits "and it is stopped when it is uploaded again" 4 as amina upload "$S/third.csv" --period 2026-11 --kind bonus --json
like "... row by row" "$(cat "$S/out")" "PR-DUP-008"
like "... with the row" "$(jq -r '.problems[] | select(.code == "PR-DUP-008") | .detail' "$S/out" 2>/dev/null | head -1)" \
     "is said to correct row $RUN/[0-9]+, but another run pays that again already"

# --- a rejected correction lets go; what it asked for too much is asked about
as amina submit "$(jq -r .run "$S/up")" >/dev/null
as brian reject "$(jq -r .run "$S/up")" --reason "two amounts are old" >/dev/null
is "a rejected one lets go" "$(p rejects "$RUN" --failed 2>/dev/null | tail -n +2 | wc -l)" "$failed"
p rejects "$RUN" --failed --output "$S/fail.csv" 2>/dev/null
perl -pe 's/;1(\d{3}),00;/;9$1,00;/ if $. == 2' "$S/fail.csv" >"$S/more.csv"
exits "more than is unpaid is stopped" 4 as amina upload "$S/more.csv" --period 2026-11 --kind correction
like "... with both amounts" "$(cat "$S/out")" "would get KES 9,0[0-9]+.00, and only KES 1,0[0-9]+.00 of row $RUN"
perl -pe 's/;1(\d{3}),00;/;500,00;/ if $. == 2' "$S/fail.csv" >"$S/less.csv"
as amina upload "$S/less.csv" --period 2026-11 --kind correction --json >"$S/up" 2>&1
is "less is not" "$(jq -r .rows "$S/up")" "$failed"
COR=$(jq -r .run "$S/up")
as amina submit "$COR" >"$S/submit" 2>&1
as brian approve "$COR" --confirm-total "$(jq -r .total "$S/up")" >/dev/null
as amina send "$COR" --wait >/dev/null 2>&1
is "it is paid, as far as these payees can be" \
   "$(sql "SELECT state IN ('settled', 'closed') FROM run WHERE ref = '$COR'")" t

# --- the CSV of a report loads back as well
p report "$RUN" --format csv --output "$S/report.csv" >/dev/null 2>&1
is "the report has no formula" "$(grep -cE '(^|,)"?[=+@-][A-Za-z]' "$S/report.csv")" 0
is "... and loads: nobody is lost" \
   "$(p check "$S/report.csv" --json 2>/dev/null | jq -r .rows)" 38

# --- what a correction has taken does not come back twice
is "rows of a correction stay there" "$(p rejects "$RUN" --failed 2>/dev/null | tail -n +2 | wc -l)" 0
exits "no JSON without a place for the rows" 64 p rejects "$RUN" --json
each_paid_once
story_end
