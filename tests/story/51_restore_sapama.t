#!/usr/bin/env bash
# One phase, where a payment sent again is a payment made again: an old backup
# is put back in the middle of a run.  payrun sees that history went backwards,
# sends nothing, asks the provider what it paid meanwhile, and after two people
# looked goes on: nobody is paid twice, nobody is lost.  What the provider hides
# may have been paid as well: what nothing proves is in doubt, unless two people
# know that its list hides nothing.
PROVIDER=sapama
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/restore.sh"
watch_points
story "an old backup, one phase"

payroll 10 >"$S/sep.csv"
ok "a month before: 10 paid" approved "$S/sep.csv" 2026-09
ok "... and closed" as amina send "$RUN" --wait

# The backup is of a moment in which some batches of October have left.
payroll 40 2 >"$S/oct.csv"
printf 'Name,Phone,Amount\nHidden One,254700000900,700\nHidden Two,254700000902,800\n' >"$S/adv.csv"
BATCH_ROWS=5 config "    in_flight: 1"
ok "an advance of two, which Sapama will pay and never list" \
   approved "$S/adv.csv" 2026-10 advance
ADV=$RUN
ok "October: 40 in 8 batches" approved "$S/oct.csv" 2026-10
OCT=$RUN
rules_sapama '{"answer_delay_ms":1500}'
sending
left() { sql "SELECT count(*) FROM batch b JOIN run r USING (run_id)
               WHERE r.ref = '$OCT' AND b.state IN ('in_flight', 'done')"; }
two_left() { [ "$(left)" -ge 2 ]; }
ok "some of it leaves" wait_for 60 two_left
kill -TERM $SEND_PID; wait $SEND_PID
ok "a backup is taken" backup_take old
BEFORE=$(paid_there)

# After it some more of October leaves, but not all: the worker dies again.
rules_sapama '{"answer_delay_ms":1500}'
sending
more_left() { [ "$(left)" -ge 4 ]; }
ok "more of October leaves" wait_for 60 more_left
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
rules_sapama '{"answer_delay_ms":0}'
as brian pause "$OCT" --reason "wait for the bonus" >/dev/null
RUN=$ADV
sending
hidden() { books_sapama payments | jq '[.[] | select(.account | test("70000090"))] | length'; }
both_hidden() { [ "$(hidden)" = 2 ]; }
ok "the advance is paid" wait_for 60 both_hidden
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
payroll 10 3 >"$S/extra.csv"
ok "and a bonus, of which the backup knows nothing" approved "$S/extra.csv" 2026-10 bonus
ok "... is paid too" as amina send "$RUN" --wait
THEN=$(paid_there)
ok "October is not finished" test "$THEN" -gt $((BEFORE + 12)) -a "$THEN" -lt 62

ok "the old backup is put back" backup_restore old
exits "sending goes on? No" 4 as amina send "$OCT" --wait
like "... because history went backwards" "$(cat "$S/out")" "history went backwards|last ones are missing"
like "... and what to do is said" "$(cat "$S/out")" "payrun lineage"
is "nothing was sent" "$(paid_there)" "$THEN"
exits "no single person lifts that" 4 as amina resume --all --reason "all is well"
is "... not even in the database" \
   "$(psql -XAtq -c "UPDATE payrun.standstill SET paused = false" "$URL" 2>&1 | grep -c hold_is_paused)" 1
ok "a worker does not send either" p work --until-idle
is "... still nothing" "$(paid_there)" "$THEN"
like "status says so" "$(p status "$OCT")" "lineage"

exits "lifting takes a look first" 4 as amina lineage --propose --reason hurry
exits "the provider is asked" 4 p lineage --ask --json
cp "$S/out" "$S/asked.json"
is "all of the bonus is unknown here" "$(jq '[.accounts[].unknown] | add' "$S/asked.json")" 10
ok "what left of October after the backup is found" \
   test "$(jq '[.accounts[] | .sent + .alike] | add' "$S/asked.json")" -gt 0
UNPROVEN=$(jq '[.accounts[].unproven] | add' "$S/asked.json")
ok "what nothing proves is counted, the advance with it" test "$UNPROVEN" -ge 2
exits "... and said" 4 p lineage
like "... with what becomes of it" "$(cat "$S/out")" "nothing proves it: they go in doubt"
exits "who proposes" 0 as amina lineage --propose --reason "disk failed, restored"
exits "... does not agree" 77 as amina lineage --agree
exits "another does" 0 as brian lineage --agree
is "the hold is over" "$(held)" 0
as amina resume "$OCT" >/dev/null
for run in "$OCT" "$ADV"; do as amina send "$run" >/dev/null 2>&1; done
ok "work goes on" p work --until-idle
is "nothing was sent by lifting it, nor after it" "$(paid_there)" "$THEN"
is "... because what nobody can prove waits for people" \
   "$(sql "SELECT count(*) FROM batch b JOIN run r USING (run_id)
            WHERE r.ref IN ('$OCT', '$ADV') AND b.state IN ('ready', 'sending')")" 0
is "the advance was paid once" "$(hidden)" 2

# The same once more.  Amina knows from the phones that the advance was paid, and
# Sapama has told her in writing that its list hides nothing else.
ok "the old backup is put back again" backup_restore old
exits "that is noticed as well" 4 as amina send "$OCT" --wait
ok "the advance is cancelled" as amina cancel "$ADV" --reason "paid, says the till"
exits "the provider is asked" 4 p lineage --ask
exits "the list of an unknown account is not trusted" 64 \
    as amina lineage --propose --reason "restored" --trust-list salaries
ok "one says that the list hides nothing" \
   as amina lineage --propose --reason "restored; letter of Sapama" --trust-list till
exits "the other sees that" 4 p lineage
like "... in words" "$(cat "$S/out")" "its list is taken to hide nothing"
ok "... and agrees" as brian lineage --agree
is "nothing was sent by lifting it" "$(paid_there)" "$THEN"
exits "what left heals by the list, and only the rest is sent" 0 \
    sh -c "'$PAYRUN' resume $OCT --as amina --dir '$DIR'; '$PAYRUN' send $OCT --wait --as amina --dir '$DIR'"
is "October is closed, all 40 paid" \
   "$(p status "$OCT" --json | jq -r '"\(.state) \(.paid.count // .paid_rows // .paid)"')" \
   "closed 40"
is "nobody was paid again" "$(paid_there)" 62

exits "the bonus file is stopped when it is uploaded again" 4 \
    as amina upload "$S/extra.csv" --period 2026-10 --kind bonus
like "... with place and cause" "$(cat "$S/out")" "PR-DUP-007|this database does not know"
exits "somebody who knows better may say so" 0 \
    as amina upload "$S/extra.csv" --period 2026-10 --kind bonus \
    --allow-duplicates "a second bonus, agreed with the board" --json
is "the number of the lost run is not used again" \
   "$(sql "SELECT count(*) FROM run WHERE run_id BETWEEN 4 AND 1000")" 0
is "the audit says who lifted it" \
   "$(sql "SELECT string_agg(action, ',' ORDER BY audit_id) FROM audit WHERE action LIKE 'lineage%'")" \
   "lineage hold,lineage propose,lineage agree,lineage lift"

books() { books_sapama "$@"; }
is "the stand-in's books: nobody was paid twice" "$(books double | jq length)" 0
is "paid there = paid here, the 10 that are known to be unknown, and the advance" \
   "$(paid_there)" "$(sql "SELECT (SELECT count(*) FROM outcome WHERE state = 'paid') + 2
        + (SELECT count(*) FROM lineage_line WHERE verdict = 'unknown')")"
came_past
story_end
