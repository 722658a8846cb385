#!/usr/bin/env bash
# The in-doubt desk: what the provider leaves open is ended by two people with
# evidence, and by nobody else; who is in doubt is frozen; what certainly failed
# is paid again once, through the same approval; everything can be stopped.
. "$(dirname "$0")/../lib/story.sh"
GIVE_UP_MS=4000 story "the in-doubt desk"
p user add carol --role maker >/dev/null
p user add dave --role checker >/dev/null
p user add zawadi --role auditor >/dev/null

# 3NN: the provider cannot tell; it was paid when NN is even.  1NN: fails.
cat >"$S/nov.csv" <<'CSV'
Emp No,Name,Phone,Amount
E1,Asha Paid,254700000302,1000
E2,Beno Unpaid,254700000301,2000
E3,Chao Fails,254700000100,3000
E4,Dima Fine,254712000004,4000
E5,Eric Fine,254712000005,5000
CSV
ok "upload, submit, approve" approved "$S/nov.csv" 2026-11
FIRST=$RUN
exits "two stay in doubt" 3 as amina send "$RUN" --wait
is "the run waits" "$(state)" paying

# --- what the desk shows
exits "the desk shows it" 3 p resolve "$RUN"
like "what was sent when" "$(cat "$S/out")" "approve  made 20.*left 20.*answered 20.*taken"
like "whom it is about" "$(cat "$S/out")" "Asha Paid  254700000302"
like "what is asked next" "$(cat "$S/out")" "next enquiry 20"
lacks "and not what is certain" "Chao" "$S/out"
p resolve "$RUN" --json >"$S/desk.json"
is "two payments" "$(jq .count "$S/desk.json")" 2
is "that people may decide" "$(jq '[.batches[].payments[].decidable] | unique | .[]' "$S/desk.json")" true
exits "all runs" 3 p resolve
like "are listed" "$(cat "$S/out")" "$RUN +2 "
exits "ask now" 3 as amina resolve "$RUN" --ask
exits "export for the provider's support" 0 p resolve "$RUN" --export "$S/doubt.csv"
is "has them" "$(tail -n +2 "$S/doubt.csv" | cut -d, -f4 | tr '\n' ' ')" "Asha Paid Beno Unpaid "

# --- frozen: no other run of the period, no retry
cat >"$S/bonus.csv" <<'CSV'
Emp No,Name,Phone,Amount
E2,beno unpaid,254700000301,70
E9,Fay Fine,254712000009,90
CSV
exits "another run of the period is stopped" 4 \
    as amina upload "$S/bonus.csv" --period 2026-11 --kind bonus --json
is "for the payee in doubt, whatever the amount" \
   "$(jq -r '[.problems[] | select(.line > 0) | "\(.code) \(.line)"] | join(" ")' "$S/out")" "PR-DUP-006 2"
exits "with a reason it goes" 0 as amina upload "$S/bonus.csv" --period 2026-11 \
    --kind bonus --json --allow-duplicates "not the salary"
is "which the checker sees" "$(p show "$(jq -r .run "$S/out")" --json | jq -r .override)" "not the salary"
exits "a retry has only what certainly failed" 0 as amina retry "$RUN" --export "$S/again.csv"
is "which is one" "$(tail -n +2 "$S/again.csv" | cut -d, -f2)" "Chao Fails"
is "... and says which row it was, so that it is tied to that" \
   "$(tail -n +2 "$S/again.csv" | grep -c ",$RUN/[0-9]")" 1

# --- one says, another agrees
printf 'scan of a letter' >"$S/letter.pdf"
exits "a checker does not propose" 77 as brian resolve "$RUN" 2 --as-paid QWE1 --evidence "they said so"
exits "paid needs its receipt" 64 as amina resolve "$RUN" 2 --as-paid "" --evidence "they said so"
exits "what shows it?" 64 as amina resolve "$RUN" 2 --as-paid QWE1
exits "a file that is not there is no evidence" 66 as amina resolve "$RUN" 2 --as-paid QWE1 --evidence "$S/letter.pfd"
exits "not paid needs a reason" 64 as amina resolve "$RUN" 3 --as-failed --evidence "mail of today"
exits "what is certain is not on the desk" 64 as amina resolve "$RUN" 4 --as-failed --reason x --evidence "mail of today"
exits "evidence of a file" 0 as amina resolve "$RUN" 2 --as-paid QWE1 --evidence "$S/letter.pdf" --json
ID=$(jq .evidence "$S/out")
is "is kept with its hash" "$(sql "SELECT encode(file_sha256, 'hex') FROM evidence")" \
   "$(sha256sum <"$S/letter.pdf" | cut -d' ' -f1)"
exits "one proposal at a time" 4 as carol resolve "$RUN" 2 --as-failed --reason x --evidence "I think so"
is "nothing has changed" "$(p status "$RUN" --json | jq .in_doubt.count)" 2
exits "a maker does not agree" 77 as amina resolve --agree "$ID"
exits "an auditor neither" 77 as zawadi resolve --agree "$ID"
exits "the database: who proposes never agrees" 1 sql "INSERT INTO agreement
    SELECT evidence_id, proposed_by, batch_id, seq, says, receipt, proposed_by, 'checker' FROM evidence"
like "whoever it is" "$(cat "$S/out")" proposer_does_not_agree
exits "the database: nobody agrees to something else" 1 sql "INSERT INTO agreement
    SELECT evidence_id, proposed_by, batch_id, seq, 'failed', receipt, 'brian', 'checker' FROM evidence"
like "than was proposed" "$(cat "$S/out")" "foreign key"
exits "it is refused" 0 as brian resolve --refuse "$ID" --reason "not readable"
exits "and cannot be agreed to" 4 as brian resolve --agree "$ID"
as amina resolve "$RUN" 2 --as-paid QWE1 --evidence "$S/letter.pdf" --json >"$S/out"
ID=$(jq .evidence "$S/out")
like "the checker reads it" "$(p resolve "$RUN")" "evidence $ID, amina.*paid, receipt QWE1"
exits "a checker agrees" 0 as brian resolve --agree "$ID"
is "it is paid, and says by whom" "$(sql "SELECT state, receipt, reason LIKE '%amina and brian, evidence $ID' FROM outcome
    WHERE code = 'PR-DSK-001'")" "paid|QWE1|t"
is "one is left" "$(p status "$RUN" --json | jq .in_doubt.count)" 1
is "the run goes on" "$(state)" paying
ID=$(as carol resolve "$RUN" 3 --as-failed --reason "never credited" --evidence "mail of IntaSend, 22 Nov, ticket 81" --json | jq .evidence)
exits "the last doubt ends" 0 as dave resolve --agree "$ID"
is "and with it the run" "$(state)" closed
is "the desk is empty" "$(p resolve "$RUN" --json | jq .count)" 0
is "all of it is in the audit" "$(sql "SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit
    WHERE action IN ('evidence', 'agree', 'refuse')")" "evidence refuse evidence agree evidence agree"
is "the provider is asked once more" "$(sql "SELECT count(*) FROM batch WHERE state = 'done' AND poll_at <= now()")" 1
timeout 60 "$PAYRUN" work --until-idle --dir "$DIR" --as amina >"$S/out" 2>&1 || cat "$S/out"
is "and has nothing against it" "$(p status "$RUN" --json | jq -r .state)" closed

# --- retry
exits "an auditor does not retry" 77 as zawadi retry "$RUN"
exits "what failed is paid again" 0 as amina retry "$RUN" --json
SECOND=$(jq -r .run "$S/out")
is "two payments of it" "$(jq -r '"\(.rows) \(.total) \(.parent)"' "$S/out")" "2 5000.00 $FIRST"
exits "once" 4 as amina retry "$RUN"
like "and it says by which run" "$(cat "$S/out")" "$SECOND"
exits "the database: no second living retry" 1 sql "INSERT INTO retried
    SELECT run_id, line_no + 100, new_batch_id, new_seq + 100, batch_id, seq, minor, true FROM retried"
like "of one failure" "$(cat "$S/out")" "retried_living_idx"
as amina submit "$SECOND" >/dev/null
as brian reject "$SECOND" --reason "wait for the letter" >/dev/null
exits "a rejected one lets go" 0 as amina retry "$RUN" --json
SECOND=$(jq -r .run "$S/out")
as amina submit "$SECOND" >/dev/null
exits "the same approval" 77 as amina approve "$SECOND" --confirm-total 5000
like "which shows the ancestor" "$(as brian approve "$SECOND" --confirm-total 5000)" "a retry of $FIRST"

# --- pause --all
exits "a reason is needed" 64 as amina pause --all
exits "an auditor does not" 77 as zawadi pause --all --reason x
exits "everything is paused" 0 as amina pause --all --reason "fraud alarm"
APPROVALS=$(books summary | jq .approvals)
exits "nothing is sent" 4 as amina send "$SECOND" --wait
like "and it says why" "$(cat "$S/out")" "everything is paused by amina: fraud alarm"
like "so does status" "$(p status "$SECOND")" "EVERYTHING IS PAUSED by amina: fraud alarm"
is "nothing was released" "$(books summary | jq .approvals)" "$APPROVALS"
is "not even prepared" "$(sql "SELECT count(*) FROM attempt JOIN batch USING (batch_id) JOIN run USING (run_id)
    WHERE ref = '$SECOND'")" 0
exits "and go on" 0 as brian resume --all --reason "false alarm"
exits "it is sent" 3 as amina send "$SECOND" --wait
is "who and why" "$(sql "SELECT string_agg(actor || ': ' || detail, ', ' ORDER BY audit_id) FROM audit
    WHERE action LIKE '% all'")" "amina: fraud alarm, brian: false alarm"
RUN=$SECOND
exits "what fails of a retry is retried from there" 0 as amina retry "$SECOND" --json
is "and only that" "$(jq -r .rows "$S/out")" 1

# --- audit verify
exits "the audit holds" 0 p audit verify --json
KEEP=$(jq -r '"\(.entries):\(.hash)"' "$S/out")
exits "also against what was written down" 0 p audit verify --against "$KEEP"
sql "UPDATE audit SET detail = 'x' WHERE audit_id = 7"
exits "one changed" 4 p audit verify
like "is named" "$(cat "$S/out")" "entry 7: this entry was changed"
sql "TRUNCATE audit; UPDATE audit_head SET audit_id = 0, hash = decode(repeat('00', 32), 'hex')"
exits "a chain made anew holds by itself" 0 p audit verify
exits "but not against what was written down" 4 p audit verify --against "$KEEP"
is "the sandbox's books: nobody was paid twice" "$(books double | jq length)" 0
story_end
