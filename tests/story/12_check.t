#!/usr/bin/env bash
# A file with twenty different mistakes: all twenty named, with line, column
# and fix; nothing is stored; the rejects file is corrected and loaded.
. "$(dirname "$0")/../lib/story.sh"
story "a file with mistakes"

"$PAYRUN" template --rows 60 --mistakes --seed 3 >"$S/nov.csv"
exits "check finds them" 65 p check "$S/nov.csv" --json
kinds=$(jq -r '[.problems[] | select(.severity != "warning") | .code] | unique | length' "$S/out")
is "thirteen kinds in the generated file" "$kinds" 13
is "each has line, column, cause, fix" "$(jq '[.problems[] |
    select(.line < 1 or .column < 1 or .cause == "" or .fix == "")] | length' "$S/out")" 0
exits "check needs no database and gives the same on screen" 65 \
    "$PAYRUN" check "$S/nov.csv" --dir "$S/nowhere"
like "place, code and fix are on screen" "$(cat "$S/out")" "nov.csv:[0-9]+:[0-9]+"
ok "check made no database" test ! -e "$S/nowhere"
exits "upload stores nothing" 65 as amina upload "$S/nov.csv" --period 2026-11
is "no run" "$(p list --json | jq '.runs | length')" 0
is "no instruction" "$(sql "SELECT count(*) FROM instruction")" 0
ok "the rejects file is there" test -s "$S/nov.rejects.csv"
is "one line a bad row, and the header" "$(wc -l <"$S/nov.rejects.csv")" 14

exits "good rows do not go ahead when the others would be lost" 73 \
    as amina upload "$S/nov.csv" --period 2026-11 --accept-good-rows \
    --rejects "$S/nowhere/x.csv"
like "and the place is named" "$(cat "$S/out")" "nowhere/x.csv.*Nothing was stored"
is "still no run" "$(p list --json | jq '.runs | length')" 0
echo corrected >"$S/mine.csv"
exits "corrections are there already" 65 p check "$S/nov.csv" --rejects "$S/mine.csv"
is "and stay" "$(cat "$S/mine.csv")" corrected
ok "the rejects are beside them" cmp "$S/mine-2.csv" "$S/nov.rejects.csv"

exits "good rows may go ahead" 0 as amina upload "$S/nov.csv" --period 2026-11 \
    --accept-good-rows --json
RUN=$(jq -r .run "$S/out")
is "the others are held, and the checker sees it" \
    "$(p show "$RUN" --json | jq .held_rows)" 13
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total "$(p show "$RUN" --json | jq -r .total)" >/dev/null
exits "they are paid" 0 as amina send "$RUN" --wait
each_paid_once

# Correct the rejects: the cells of the same people from the clean file.
"$PAYRUN" template --rows 60 --seed 3 >"$S/clean.csv"
awk -F, 'NR == FNR { clean[$1] = $0; next }
    FNR == 1 { print; next }
    match($0, /EMP[0-9]+/) { id = substr($0, RSTART, 8)
        if (!(id in done)) print "," "," clean[id]; done[id] = 1 }' \
    "$S/clean.csv" "$S/nov.rejects.csv" >"$S/corrected.csv"
exits "the corrected rejects load" 0 as amina upload "$S/corrected.csv" \
    --period 2026-11 --kind correction --json --allow-duplicates \
    "the second copy of one row was taken out"
story_end
