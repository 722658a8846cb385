#!/usr/bin/env bash
# Folders whose files become drafts: half-written ones are left alone, mistakes
# come back with the reasons beside them, a kill between takes nothing twice, and
# without a standing approval of two people nothing pays by itself.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=20
watch_points
story "watched folders"
as amina user add otieno --role admin >/dev/null 2>&1 || p user add otieno --role admin >/dev/null

IN=$S/in
mkdir "$IN"
due() { "$PAYRUN" run-due --until-idle --dir "$DIR" "$@"; }
# put FILE NAME: complete, and a minute old
put() { cp "$1" "$IN/.$2.part"; touch -d '1 minute ago' "$IN/.$2.part"; mv "$IN/.$2.part" "$IN/$2"; }
runs() { sql "SELECT count(*) FROM run"; }
of_file() { sql "SELECT coalesce(r.ref, '') FROM drop_file d LEFT JOIN run r USING (run_id)
                  WHERE d.name = '$1' ORDER BY drop_id DESC LIMIT 1"; }
says() { sql "SELECT $2 FROM drop_file WHERE name = '$1' ORDER BY drop_id DESC LIMIT 1"; }

# wages MORE [PERCENT]: the same five people, MORE shillings each
wages() {
    echo "Employee No,Employee Name,Phone Number,Net Pay"
    for i in 1 2 3 4 5; do
        echo "W0$i,Person Number $i,071200000$i,$(((20000 + i * 100) * ${2:-100} / 100 + $1))"
    done
}
exits "a checker has no folder watched" 77 as brian inbox add "$IN" --maker amina
exits "files come in a maker's name" 64 as amina inbox add "$IN" --maker brian
exits "a folder that is not there" 66 as amina inbox add "$S/nowhere"
ok "a folder is watched" as amina inbox add "$IN" --account salaries --maker amina
exits "... once" 4 as otieno inbox add "$IN" --maker amina

payroll 5 1 >"$S/one.csv"
cp "$S/one.csv" "$IN/payroll-2026-05.csv.part"
cp "$S/one.csv" "$IN/.payroll-2026-05.csv"
cp "$S/one.csv" "$IN/just-written-2026-05.csv"
ok "run-due looks" due
is "what is being written is left alone" "$(runs) $(ls -A "$IN" | wc -l)" "0 3"
rm "$IN"/.pay* "$IN"/*
put "$S/one.csv" payroll-2026-05.csv
ok "a complete one is taken" due
RUN=$(of_file payroll-2026-05.csv)
is "... it is a draft in the maker's name" \
    "$(sql "SELECT state || ' ' || made_by || ' ' || period FROM run")" "draft amina 2026-05"
is "... and moved" "$(cd "$IN" && find . -type f)" ./accepted/payroll-2026-05.csv
ok "again: nothing is due" due
is "... nothing was paid" "$(runs) $(books summary | jq .payments)" "1 0"

put "$S/one.csv" again-2026-05.csv
ok "the same bytes under another name" due
is "... are a duplicate" "$(runs) $(cd "$IN" && ls duplicate)" "1 again-2026-05.csv"
like "... of which run" "$(says again-2026-05.csv note)" "$RUN"
sed "s/,+254[^,]*,/,12,/" "$S/one.csv" | sed "3s/,[^,]*\$//" >"$S/bad.csv"
put "$S/bad.csv" bad-2026-06.csv
put "$S/bad.csv" noperiod.csv
ok "mistakes" due
is "... are rejected with the reasons beside them" "$(cd "$IN/rejected" && ls | tr '\n' ' ')" \
    "bad-2026-06.csv bad-2026-06.csv.problems.csv bad-2026-06.csv.problems.txt noperiod.csv noperiod.csv.problems.csv noperiod.csv.problems.txt "
like "... which people can read" "$(cat "$IN/rejected/bad-2026-06.csv.problems.txt")" "phone"
like "... and programs" "$(cat "$IN/rejected/bad-2026-06.csv.problems.csv")" "PR-[A-Z]+-[0-9]+,error,[0-9]+"
like "... a name without its period, too" "$(says noperiod.csv note)" "pay period"
put "$S/bad.csv" bad-2026-06.csv
ok "the same mistake again" due
is "... keeps both" "$(ls "$IN"/rejected/bad-2026-06.csv* | wc -l)" 4

# --- killed before and behind the commit, and before the move
n=1
for point in commit.upload committed.upload write.drop_file_moved written.drop_file_moved; do
    n=$((n + 1))
    payroll 3 "2$n" >"$S/k.csv"
    put "$S/k.csv" "killed$n-2025-0$n.csv"
    PAYRUN_FAILPOINTS="$point:kill" "$PAYRUN_CHECK" run-due --dir "$DIR" >"$S/out" 2>&1
    is "killed at $point" $? 137
    ok "... the next one carries on" due
    is "... taken once, moved once" "$(runs) $(ls "$IN/accepted/killed$n-2025-0$n.csv") $(says "killed$n-2025-0$n.csv" "count(*) OVER ()")" \
        "$n $IN/accepted/killed$n-2025-0$n.csv 1"
done 2>/dev/null
payroll 4 31 >"$S/two.csv"
put "$S/two.csv" two-2026-08.csv
due >"$S/a" 2>&1 &
one=$!
due >"$S/b" 2>&1
wait $one
is "two at once: taken once" "$(says two-2026-08.csv "count(*) OVER () || state") $(runs)" "1accepted 6"
mkdir "$S/marked"
ok "a folder with done markers" as amina inbox add "$S/marked" --done-marker --kind bonus
cp "$S/two.csv" "$S/marked/bonus-2026-08.csv"
ok "without its marker" due
is "... it waits" "$(ls "$S/marked")" bonus-2026-08.csv
payroll 4 32 >"$S/marked/bonus-2026-08.csv"
touch "$S/marked/bonus-2026-08.csv.done"
ok "with it" due
is "... it is taken, and the marker goes" "$(ls "$S/marked"; ls "$S/marked/accepted")" \
    "$(printf 'accepted\nbonus-2026-08.csv')"

# --- standing approvals
exits "a checker does not propose one" 77 as brian inbox standing "$IN" --file-max 1000000 --payee-max 200000 \
    --until 2027-01-31 --reason x
ok "a maker proposes" as amina inbox standing "$IN" --file-max 1000000 --payee-max 200000 --change 20 \
    --until 2027-01-31 --reason "monthly wages of the same people"
exits "who proposed does not agree" 77 as amina inbox agree 1
wages 0 >"$S/base.csv"
put "$S/base.csv" wages-2026-09.csv
ok "before anybody agreed" due
is "... a draft waits" "$(sql "SELECT state FROM run WHERE ref = '$(of_file wages-2026-09.csv)'")" draft
ok "another person agrees" as brian inbox agree 1
ok "a schedule pays what is approved" as amina schedule add wages --every "hourly" --holidays pay
ok "the draft is looked at" due
like "... no run was paid to compare with: it waits" "$(says wages-2026-09.csv standing)" "no earlier run"
RUN=$(of_file wages-2026-09.csv)
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total "$(p show "$RUN" --json | jq -r .total)" >/dev/null
ok "two people approve and pay the first" as amina send "$RUN" --wait
PAID=$(books summary | jq .payments)
wages 1 >"$S/next.csv"        # a shilling more each
put "$S/next.csv" wages-2026-10.csv
ok "the next month's" due
is "... is approved by the standing approval" "$(says wages-2026-10.csv standing)" "approved by standing approval 1"
RUN=$(of_file wages-2026-10.csv)
is "... in the name of who agreed" "$(sql "SELECT approver FROM approval JOIN run USING (run_id) WHERE ref = '$RUN'")" brian
like "... and paid by a slot, or by the next" "$(state)" "^(approved|paying|settled|closed)$"
payroll 6 42 >"$S/new.csv"
put "$S/new.csv" wages-2026-11.csv
wages 0 150 >"$S/more.csv"
put "$S/more.csv" wages-2026-12.csv
ok "unknown people, and half as much again" due
like "... wait for a person" "$(says wages-2026-11.csv standing)" "^waits for a person, standing approval 1: "
like "... and say why" "$(says wages-2026-12.csv standing)" "differ by more than 20 %"
ok "the checker ends it" as brian inbox end 1
wages 2 >"$S/last.csv"
put "$S/last.csv" wages-2027-01.csv
ok "after that" due
is "... a file waits again" "$(sql "SELECT state FROM run WHERE ref = '$(of_file wages-2027-01.csv)'")" draft
like "the list says all that" "$(p inbox list)" "no standing approval: every file waits"
mv "$IN" "$IN.away"
payroll 2 71 >"$S/marked/b-2025-01.csv"
touch "$S/marked/b-2025-01.csv.done"
exits "a folder that is away is said" 74 due
like "... by its name" "$(cat "$S/out")" "1 watched folder could not be looked at: .*/in:"
is "... and stops no other" "$(says b-2025-01.csv state)" accepted
mv "$IN.away" "$IN"
ok "not watched any more" as amina inbox remove "$IN"
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
each_paid_once
came_past
story_end
