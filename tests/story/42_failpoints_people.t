#!/usr/bin/env bash
# What people do, killed before and after each of its commits: nothing is half
# written, and the same command again is safe.  Also what a worker comes past
# only when a person must look.
. "$(dirname "$0")/../lib/story.sh"
: "${PAYRUN_CHECK:?run me through make check}"
LATENCY_MS=200
BATCH_ROWS=2
export PAYRUN_FAILPOINT_LOG
story "commands killed at their commits"
PAYRUN_FAILPOINT_LOG=$S/hits
for who in carol:maker dave:checker otieno:admin; do
    p user add "${who%:*}" --role "${who#*:}" >/dev/null
done

# All that a command could leave half done, in one line.
stands() {
    sql "SELECT (SELECT count(*) || '/' || coalesce(string_agg(state::text, ',' ORDER BY run_id), '') FROM run),
        (SELECT count(*) || '/' || coalesce(sum(rows), 0) || '/' || coalesce(string_agg(state::text, ',' ORDER BY batch_id), '') FROM batch),
        (SELECT count(*) || '/' || coalesce(sum(minor), 0) FROM instruction),
        (SELECT count(*) FROM source_file), (SELECT count(*) FROM problem),
        (SELECT count(*) FROM approval), (SELECT count(*) FROM history), (SELECT count(*) FROM audit),
        (SELECT count(*) FROM app_user), (SELECT paused::text FROM standstill),
        (SELECT count(*) FROM evidence), (SELECT count(*) FROM agreement),
        (SELECT count(*) || '/' || count(agreed_by) FROM ceiling), (SELECT count(*) FROM errand), (SELECT count(*) FROM bank)"
}
# (In braces: the shell says "Killed".)
fp() { { PAYRUN_FAILPOINTS=$1 "$PAYRUN_CHECK" "${@:2}" --dir "$DIR" >"$S/out" 2>&1; } 2>/dev/null; }

# killed NAME AGAIN COMMAND...: before its COMMIT: nothing; after it: all of
# it; then once more: exit code AGAIN, and nothing new.
killed() {
    local name=$1 again=$2 before after
    shift 2
    before=$(stands)
    fp "commit.$name:kill" "$@"
    is "$name: killed before its commit" "$?" 137
    is "$name: nothing of it is there" "$(stands)" "$before"
    fp "committed.$name:kill" "$@"
    is "$name: killed behind it" "$?" 137
    after=$(stands)
    is "$name: it is done" "$([ "$after" != "$before" ] && echo yes)" yes
    fp "" "$@"
    is "$name: the same command again" "$?" "$again"
    is "$name: does nothing more" "$(stands)" "$after"
}
# erred NAME COMMAND...: the connection is lost before COMMIT, tried again, and
# then the answer to COMMIT is lost: done, once.
erred() {
    local name=$1
    shift
    fp "commit.$name:error;committed.$name:error" "$@"
    is "$name: its connection is lost twice, and it is done" "$? $(grep payrun: "$S/out")" "0 "
}
run_of() { sql "SELECT ref FROM run ORDER BY run_id DESC LIMIT 1"; }
total_of() { sql "SELECT minor / 100 FROM run WHERE ref = '$1'"; }
audits() { sql "SELECT count(*) FROM audit WHERE action = '$1' AND subject = '$2'"; }

# --- the schema: killed at one of its steps, carried on with the next
sql "CREATE DATABASE other"
OTHER=$(sed 's|@/payrun?|@/other?|' <<<"$URL")
steps() { psql -XAtq -c "SELECT count(*) FROM payrun.schema_step" "$OTHER" 2>/dev/null; }
steps_killed() { { PAYRUN_FAILPOINTS=$1 "$PAYRUN_CHECK" db migrate --db "$OTHER" >"$S/out" 2>&1; } 2>/dev/null; }
steps_killed commit.migrate.step:kill@3
is "migrate: killed before the third step" "$? $(steps)" "137 2"
steps_killed committed.migrate.step:kill@2
is "migrate: killed behind the fourth" "$? $(steps)" "137 4"
exits "migrate: the same command again" 0 "$PAYRUN" db migrate --db "$OTHER"
is "migrate: all steps are there" "$(steps)" "$(sql "SELECT count(*) FROM schema_step")"

# --- upload
payroll 6 1 >"$S/a.csv"
payroll 6 2 >"$S/b.csv"
BEFORE=$(stands)
fp "copy.end:kill" upload "$S/a.csv" --period 2026-01 --as amina
is "upload: killed with all rows at the database" "$?" 137
is "upload: nothing of it is there" "$(stands)" "$BEFORE"
killed upload 4 upload "$S/a.csv" --period 2026-01 --as amina
A=$(run_of)
erred upload upload "$S/b.csv" --period 2026-02 --as amina
B=$(run_of)
payroll 6 3 >"$S/c.csv"
fp "copy.end:error" upload "$S/c.csv" --period 2026-03 --as amina
is "upload: the connection is lost while rows go in, and it is done" "$?" 0
C=$(run_of)
is "three runs of six" "$(sql "SELECT count(*) || ' ' || sum(rows) || ' ' || (SELECT count(*) FROM instruction) FROM run")" "3 18 18"

# --- from maker to checker and back
killed approve.submit 4 submit "$A" --as amina
erred approve.submit submit "$B" --as amina
p submit "$C" --as amina >/dev/null
killed approve.reject 4 reject "$C" --reason "not this month" --as brian
killed approve.approve 4 approve "$A" --confirm-total "$(total_of "$A")" --as brian
erred approve.approve approve "$B" --confirm-total "$(total_of "$B")" --as brian
is "each is in the audit once" "$(audits submit "$A")$(audits approve "$A")$(audits submit "$B")$(audits approve "$B")$(audits reject "$C")" 11111
is "one approval each" "$(sql "SELECT count(*) FROM approval")" 2

# --- people; everything stops, and goes on
killed people.add_in 0 user add faith --role maker --as otieno
killed standstill.change 4 pause --all --reason "a drill" --as amina
fp "committed.standstill.change:error" resume --all --reason "over" --as brian
is "everything goes on, its answer lost" "$? $(sql "SELECT paused FROM standstill")" "0 f"

# --- a ceiling, by two people
killed ceiling.propose 0 limits set --day 9000000 --reason "December" --as otieno
p limits set --day 9500000 --reason "December" --as otieno >/dev/null    # a raise takes two
LIMIT=$(sql "SELECT max(ceiling_id) FROM ceiling")
killed ceiling.answer 4 limits agree "$LIMIT" --as dave

# --- somebody changed a row: the run stops; killed in between
change() { sql "UPDATE instruction SET minor = minor + $1 WHERE seq = 1 AND batch_id IN
    (SELECT batch_id FROM batch JOIN run USING (run_id) WHERE ref = '$A')"; }
change 100
fp "commit.desk.pause:kill" send "$A" --wait --as amina
is "killed before the run is stopped" "$?" 137
fp "committed.desk.pause:kill" send "$A" --wait --as amina
is "killed after that" "$?" 137
exits "it says why it stands" 4 as amina send "$A" --wait
like "which is why" "$(sql "SELECT state_why FROM run WHERE ref = '$A'")" "not what was approved"
is "nothing left" "$(sql "SELECT count(*) FROM attempt WHERE left_at IS NOT NULL")" 0
change -100

# --- resumed; not enough money: it stops again
curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d '{"balance":"100.00"}' >/dev/null
fp "commit.approve.resume:kill" resume "$A" --as amina
is "approve.resume: killed before its commit" "$? $(audits resume "$A")" "137 0"
fp "committed.approve.resume:kill" resume "$A" --as amina
is "approve.resume: killed behind it" "$? $(audits resume "$A")" "137 1"
exits "approve.resume: the same command again, which does no harm" 0 as amina resume "$A"
exits "not enough" 4 as amina send "$A" --wait
erred approve.resume resume "$A" --as amina
killed approve.pause 4 pause "$A" --reason "let me look" --as amina
is "nothing was released" "$(books summary | jq -r '"\(.approvals) \(.files_waiting)"')" "0 3"

# --- cancelled while three files wait there: they are cancelled, too
killed approve.cancel 4 cancel "$A" --reason "again tomorrow" --as brian
work() { fp "$1" work --until-idle --as amina; }
work "commit.cancel:kill"
is "killed before the cancel's intention" "$?" 137
work "committed.cancel:kill"
is "killed behind it" "$?" 137
waiting() { work ""; [ "$(books summary | jq .files_waiting)" = 0 ]; }
ok "no file waits for us any more" wait_for 60 waiting
is "nobody was paid" "$(books summary | jq .payments)" 0
curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d '{"balance":"9000000.00"}' >/dev/null

# --- our key is refused
curl -sf -X POST "http://127.0.0.1:$PORT/_key" -d '{"secret":"another-key-altogether"}' >/dev/null
fp "commit.account.close:kill" send "$B" --wait --as amina
is "killed before the lane is closed" "$?" 137
fp "committed.account.close:kill" send "$B" --wait --as amina
is "killed behind it" "$?" 137
exits "closed, and nobody failed" 4 as amina send "$B" --wait
curl -sf -X POST "http://127.0.0.1:$PORT/_key" -d "{\"secret\":\"$(cat "$S/key")\"}" >/dev/null
p resume "$B" --as amina >/dev/null
exits "mended, and all are paid" 0 as amina send "$B" --wait

# --- in doubt: asked, proposed, refused, agreed
cat >"$S/d.csv" <<'CSV'
Emp No,Name,Phone,Amount
E1,Asha Paid,254700000302,1000
E2,Beno Paid,254700000304,2000
CSV
approved "$S/d.csv" 2026-05 >/dev/null
exits "two in doubt" 3 as amina send "$RUN" --wait
fp "write.desk_ask:kill" resolve "$RUN" --ask --as amina
is "killed before it is asked for" "$?" 137
fp "written.desk_ask:kill" resolve "$RUN" --ask --as amina
is "killed behind it" "$?" 137
exits "ask now" 3 as amina resolve "$RUN" --ask
killed evidence_end.propose 4 resolve "$RUN" 2 --as-paid QWE1 --evidence "their letter" --as amina
ID=$(sql "SELECT max(evidence_id) FROM evidence")
killed evidence_end.refuse 4 resolve --refuse "$ID" --reason "of another month" --as brian
p resolve "$RUN" 2 --as-paid QWE2 --evidence "their letter" --as amina >/dev/null
ID=$(sql "SELECT max(evidence_id) FROM evidence")
killed evidence_end.agree 4 resolve --agree "$ID" --as brian
p resolve "$RUN" 3 --as-paid QWE3 --evidence "their letter" --as carol >/dev/null
erred evidence_end.agree resolve --agree "$(sql "SELECT max(evidence_id) FROM evidence")" --as dave
is "both ended, once" "$(sql "SELECT count(*) FROM agreement") $(state)" "2 closed"

# --- errands: what a person asks for, once
(umask 077; printf ISPubKey_test_payrun_sandbox >"$S/public")
config "    public_key: file:$S/public"
FUND="fund --phone 254712345678 --confirm-total"
asked() { books summary | jq '.requests.collect // 0'; }
fp "commit.errand.intend:kill" $FUND 50 --amount 50 --as otieno
is "errand.intend: killed before its commit" "$? $(sql "SELECT count(*) FROM errand")" "137 0"
fp "committed.errand.intend:kill" $FUND 50 --amount 50 --as otieno
is "errand.intend: killed behind it" "$? $(asked)" "137 0"
fp "write.errand_leave:kill" $FUND 51 --amount 51 --as otieno
is "its door: killed before it" "$? $(asked)" "137 0"
fp "written.errand_leave:kill" $FUND 52 --amount 52 --as otieno
is "its door: killed behind it: it may have left" "$? $(asked)" "137 0"
exits "so the same again needs a word" 4 as otieno $FUND 52 --amount 52
fp "net.left.errand:kill" $FUND 53 --amount 53 --as otieno
is "killed with the first byte" "$? $(asked)" "137 0"
MONEY=60
for at in sent head whole; do
    MONEY=$((MONEY + 1))
    fp "net.$at.errand:kill" $FUND $MONEY --amount $MONEY --as otieno
    is "net.$at.errand: killed" "$?" 137
    exits "net.$at.errand: the same again needs a word" 4 as otieno $FUND $MONEY --amount $MONEY
done
fp "commit.errand.store:kill" $FUND 55 --amount 55 --as otieno
is "errand.store: killed before the answer is stored" "$?" 137
exits "the same again needs a word" 4 as otieno $FUND 55 --amount 55
fp "committed.errand.store:kill" $FUND 56 --amount 56 --as otieno
is "errand.store: killed behind it" "$?" 137
for at in start door; do
    fp "net.$at.errand:error" $FUND 57 --amount 57 --as otieno
    is "net.$at.errand: an error: it did not leave" "$?" 69
done
is "nothing left twice" "$(sql "SELECT count(*) - count(DISTINCT same) FROM errand WHERE left_at IS NOT NULL")" 0
for at in start door left sent head whole; do
    fp "net.$at.question:kill" banks --refresh
    is "net.$at.question: killed" "$?" 137
done
killed cmd_banks.store 0 banks --refresh

# --- all of these were come past, and nothing that is not listed
PAYRUN_FAILPOINTS=list "$PAYRUN_CHECK" >"$S/list"
sort -u "$S/hits" >"$S/r"
is "nothing was come past that is not listed" "$(cut -f1 "$S/list" | sort | comm -13 - "$S/r")" ""
{
    awk -F'\t' '$2 == "people" { print $1 }' "$S/list"
    printf '%s\n' {commit,committed}.{cancel,desk.pause,account.close}
} | sort >"$S/must"
is "every failpoint of a command was come past" "$(comm -23 "$S/must" "$S/r")" ""
# Whatever is said to be come past by another story, that story looks itself.
for other in $(cut -f2 "$S/list" | grep '^[0-9]' | sort -u); do
    is "$other looks whether it comes past what is its own" \
       "$(grep -c -x -e watch_points -e came_past "$(dirname "$0")/$other.t")" 2
done
exits "the audit holds" 0 p audit verify
each_paid_once
story_end
