#!/usr/bin/env bash
# A payee falls in doubt after another run of the period with him was uploaded:
# that run is not approved, not claimed and not resumed before a checker has
# said why it goes on; and a doubt that begins later stops it again.
. "$(dirname "$0")/../lib/story.sh"
watch_points
GIVE_UP_MS=4000 story "payees who fall in doubt later"
p user add dave --role checker >/dev/null

# 301: the provider cannot tell, and did not pay.
people() { printf 'Emp No,Name,Phone,Amount\nE2,Beno Doubt,254700000301,%s\nE4,Dima Fine,25471200000%s,%s\n' "$1" "$2" "$1"; }
people 2000 4 >"$S/a.csv"
people 300 5 >"$S/b.csv"
people 70 6 >"$S/c.csv"
ok "the salaries are approved" approved "$S/a.csv" 2026-11
A=$RUN
ok "and a bonus" approved "$S/b.csv" 2026-11 bonus
B=$RUN
as amina upload "$S/c.csv" --period 2026-11 --kind advance --json >"$S/out"
C=$(jq -r .run "$S/out")
as amina submit "$C" >/dev/null
RUN=$A
exits "then one of the salaries is in doubt" 3 as amina send "$A" --wait

# --- approve
exits "what is not approved yet is not" 4 as brian approve "$C" --confirm-total 140
like "the checker reads who, where" "$(cat "$S/out")" \
    "Beno Doubt \(line 2 of the file of $C\) is in doubt in run $A, line 2"
like "and what to do" "$(cat "$S/out")" "payrun resolve $A.*--allow-duplicates"
is "it waits" "$(RUN=$C state)" submitted
exits "a reason is a reason" 64 as brian approve "$C" --confirm-total 140 --allow-duplicates ""
exits "with one it is approved" 0 as brian approve "$C" --confirm-total 140 --allow-duplicates "an advance, not the salary"
is "the audit has it" "$(sql "SELECT actor || ': ' || detail FROM audit WHERE action = 'allow_doubt'")" \
   "brian: an advance, not the salary"

# --- claim
APPROVALS=$(books summary | jq .approvals)
exits "what was approved before is not sent" 4 as amina send "$B" --wait
like "and says why" "$(cat "$S/out")" "Beno Doubt .*is in doubt in run $A"
is "nothing of it reached the provider" "$(books summary | jq .approvals)" "$APPROVALS"
exits "resume alone does not do" 4 as amina resume "$B"
exits "a maker does not allow it" 77 as amina resume "$B" --allow-duplicates "I know him"
exits "the database neither: not a maker" 1 sql "INSERT INTO thaw (run_id, made_by, by, why)
    SELECT run_id, made_by, 'amina', 'x' FROM run WHERE ref = '$B'"
# as if it was sent before the doubt began
sql "UPDATE run SET state = 'paying' WHERE ref = '$B'" 2>/dev/null
timeout 60 "$PAYRUN" work --until-idle --dir "$DIR" --as amina >"$S/out" 2>&1
is "a worker does not claim it" "$(books summary | jq .approvals)" "$APPROVALS"
is "and pauses it" "$(RUN=$B state)" paused
exits "a checker may" 0 as dave resume "$B" --allow-duplicates "the bonus is another payment"
exits "it is sent" 3 as amina send "$B" --wait
is "in doubt there too" "$(RUN=$B p status "$B" --json | jq .in_doubt.count)" 1

# --- a doubt that began after the reason was given
exits "which stops the other one again" 4 as amina send "$C" --wait
like "for the new doubt" "$(cat "$S/out")" "is in doubt in run $B"
books payments >"$S/paid"
is "the sandbox's books: nobody was paid twice" "$(books double | jq length)" 0
is "each of the two others once" "$(jq -r '[.[].account] | sort | join(" ")' "$S/paid")" \
   "254712000004 254712000005"
came_past
story_end
