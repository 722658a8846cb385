#!/usr/bin/env bash
# Two phases: a backup from before the first request is put back after some files
# were released.  Their ids are lost with the history, so payrun cannot ask about
# them any more; what IntaSend lists by itself has to do.  Files that lay there
# prepared are orphans: a person cancels them at the provider, and only then are
# they no sign of a payment.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/restore.sh"
story "an old backup, two phases"

payroll 40 2 >"$S/oct.csv"
BATCH_ROWS=5 config "    in_flight: 1"
payroll 5 7 >"$S/sep.csv"
ok "September: 5 paid" approved "$S/sep.csv" 2026-09
ok "... and closed" as amina send "$RUN" --wait
ok "October: 40 in 8 files" approved "$S/oct.csv" 2026-10
OCT=$RUN
ok "a backup is taken" backup_take old

# From the fourth release on the answer takes long, so that some wait.
fault '{"on":"approve","do":"delay","delay_ms":2000,"skip":3,"times":0}'
sending
left() { sql "SELECT count(*) FROM batch b JOIN run r USING (run_id)
               WHERE r.ref = '$OCT' AND b.state IN ('in_flight', 'done')"; }
some_left() { [ "$(left)" -ge 3 ]; }
ok "some files are released" wait_for 60 some_left
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
no_faults
ok "the old backup is put back" backup_restore old

exits "nothing goes on" 4 as amina send "$OCT" --wait
like "... because history went backwards" "$(cat "$S/out")" "last ones are missing"
is "... in all doors" "$(sql "SELECT paused AND hold_id IS NOT NULL FROM standstill")" t

# A person looks what is open there; what waits for approval is cancelled.
tidy() {
    p lineage --ask --json >"$S/asked.json" 2>"$S/asked.err"
    for file in $(jq -r '.lines[] | select(.fate == "open") | .file' "$S/asked.json" | sort -u); do
        curl -s -o "$S/cancelled" -X POST "http://127.0.0.1:$PORT/api/v1/send-money/cancel/" \
            -H "Authorization: Bearer $(cat "$S/key")" -H 'Content-Type: application/json' \
            -d "{\"file_id\":\"$file\"}"
    done
    [ "$(jq '[.lines[] | select(.fate == "open")] | length' "$S/asked.json")" = 0 ]
}
ok "the provider is asked until nothing is open there" wait_for 60 tidy
THEN=$(paid_there)
ok "some of October was released, not all" test "$THEN" -gt 5 -a "$THEN" -lt 45
is "what was released is found" "$(jq '[.accounts[].sent] | add' "$S/asked.json")" \
   "$((THEN - 5))"
is "... and nothing else" \
   "$(jq -c '[.accounts[] | .alike, .unknown] | add' "$S/asked.json")" 0
is "September is known" "$(jq '[.accounts[].known] | add' "$S/asked.json")" 5

ok "one proposes" as amina lineage --propose --reason "restored: the disk failed"
ok "another agrees" as brian lineage --agree
is "nothing was sent by lifting it" "$(paid_there)" "$THEN"
is "what was released is settled by what was listed" \
   "$(sql "SELECT count(*) FROM outcome o JOIN batch b USING (batch_id)
             JOIN run r USING (run_id) WHERE r.ref = '$OCT' AND o.state = 'paid'
              AND o.receipt <> ''")" "$((THEN - 5))"
ok "a person lets it go on" as amina resume "$OCT"
exits "the rest is sent" 0 as amina send "$OCT" --wait
is "all 45 are paid" "$(paid_there)" 45
is "nobody is in doubt" "$(sql "SELECT count(*) FROM outcome WHERE state = 'in_doubt'")" 0
is "October is closed" "$(p status "$OCT" --json | jq -r .state)" closed
each_paid_once
story_end
