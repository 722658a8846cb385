#!/usr/bin/env bash
# A run is uploaded, approved and paid, and then a backup from before it is put
# back.  The provider hides what it paid, so no list shows that the run ever was.
# The journal beside the mark knows: the same file, or its payees under another
# name, are not paid again unless two people say so.
PROVIDER=sapama
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/restore.sh"
story "a run that is lost and hidden"
MARK=$DIR/mark

hide() { # hide ROWS FILE: payees whose payments Sapama makes and never lists
    echo "Name,Phone,Amount"
    for i in $(seq "$1"); do
        printf 'Hidden %s,2547000009%02d,%d\n' "$i" "$((i * 2))" "$((700 + i))"
    done
}
payroll 5 7 >"$S/sep.csv"
ok "September: 5 paid" approved "$S/sep.csv" 2026-09
ok "... and closed" as amina send "$RUN" --wait
hide 6 >"$S/oct.csv"
printf 'Name,Phone,Amount\nHidden 1,254700000902,701\nNew One,254711000001,900\n' >"$S/draft.csv"
ok "a correction lies there as a draft, with one payee of October" \
   as amina upload "$S/draft.csv" --period 2026-10 --kind correction
ok "a backup is taken" backup_take old

OLD=$(sql "SELECT max(run_id) FROM run")
ok "the draft is cancelled" as amina cancel "$(sql "SELECT ref FROM run WHERE run_id = $OLD")" --reason "all of them at once"
ok "October: 6 that are hidden, in a run of its own" approved "$S/oct.csv" 2026-10
OCT=$RUN
sending
hidden() { books_sapama payments | jq '[.[] | select(.account | test("^2547000009"))] | length'; }
six_paid() { [ "$(hidden)" = 6 ]; }
ok "Sapama pays them" wait_for 60 six_paid
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
ok "the journal is a file of this month" test -s "$MARK.left-$(date -u +%Y-%m)"
lacks "... and names nobody" "Hidden\|2547000009" "$MARK.left-$(date -u +%Y-%m)"
THEN=$(paid_there)

mv "$MARK.left-$(date -u +%Y-%m)" "$S/kept"
p doctor >"$S/doctor" 2>&1
like "the doctor misses it when it is gone" "$(cat "$S/doctor")" "2 of 2 entries of the journal .* are missing"
mv "$S/kept" "$MARK.left-$(date -u +%Y-%m)"

ok "the old backup is put back" backup_restore old
is "the run is gone" "$(sql "SELECT max(run_id) FROM run")" "$OLD"
exits "a worker stops everything" 0 p work --until-idle
exits "the provider is asked" 4 p lineage --ask
p lineage --json >"$S/asked.json" 2>>"$LOG.lineage"
is "no list shows it" "$(jq '[.accounts[] | .sent + .alike + .unknown] | add' "$S/asked.json")" 0
is "the journal does" "$(jq -c '.left | map([.run, .payments, .here])' "$S/asked.json")" \
   "[[\"$OCT\",6,false]]"
is "... whole" "$(jq -c '[.journals[] | .read, .whole, .unknown]' "$S/asked.json")" '[true,true,1]'
exits "in words" 4 p lineage
like "... for a person" "$(cat "$S/out")" "left till: 6 payments, KES 4,221.00, of run $OCT .*LOST HERE"

# A journal that is gone or damaged is no journal of nothing.
mv "$MARK.left-$(date -u +%Y-%m)" "$S/kept"
sql "DELETE FROM lineage_left; DELETE FROM lineage_journal" >/dev/null
exits "its journal is lost" 4 p lineage --ask
like "... which is said" "$(cat "$S/out")" "NOT WHOLE: 2 of 2 entries are missing or damaged"
exits "... and holds up the lift" 4 as amina lineage --propose --reason "restored" --trust-list till
like "... with what to do" "$(cat "$S/out")" "--no-journal HOST"
sed 's/\(.*\)[0-9a-f]$/\1x/' "$S/kept" >"$MARK.left-$(date -u +%Y-%m)"
exits "it is damaged" 4 p lineage --ask
like "... which is said as well" "$(cat "$S/out")" "NOT WHOLE"
cp "$S/kept" "$MARK.left-$(date -u +%Y-%m)"
exits "it is found again" 4 p lineage --ask
lacks "... and whole" "NOT WHOLE" "$S/out"

ok "one trusts the list" as amina lineage --propose --reason "restored; letter of Sapama" --trust-list till
ok "the other too" as brian lineage --agree
is "the hold is over" "$(held)" 0
is "the draft that pays one of them again is in doubt, for people" \
   "$(sql "SELECT string_agg(state::text, ',') FROM batch WHERE batch_id / 100000 = $OLD")" in_doubt
exits "the same file is stopped" 4 as amina upload "$S/oct.csv" --period 2026-10
like "... by payee and amount, and with the run" "$(cat "$S/out")" "PR-DUP-007|this database does not know"
sed 's/70\([0-9]\)$/71\1/' "$S/oct.csv" >"$S/edited.csv"
exits "... also with other amounts: the run of this account and period is lost" 4 \
    as amina upload "$S/edited.csv" --period 2026-10
exits "... also as another kind" 4 as amina upload "$S/oct.csv" --period 2026-10 --kind bonus --json
like "... named by line" "$(cat "$S/out")" "$OCT"
payroll 3 9 >"$S/others.csv"
ok "others of the period are paid" approved "$S/others.csv" 2026-10 bonus
ok "... all" as amina send "$RUN" --wait
is "nobody was paid again" "$(paid_there)" "$((THEN + 3))"
exits "two people may say that it is right" 0 as amina upload "$S/oct.csv" --period 2026-10 \
    --allow-duplicates "Sapama reversed all six, letter of 3 November"
is "the books of Sapama: nobody twice" "$(books_sapama double | jq length)" 0
is "... and the hidden were paid once" "$(hidden)" 6
story_end
