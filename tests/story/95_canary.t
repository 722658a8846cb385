#!/usr/bin/env bash
# What was never seen to pay is tried out: the first run of an account with these
# versions pays five people, waits for their final answers, and only then the
# rest; in both protocols, through kills, and with a person where it went wrong.
. "$(dirname "$0")/../lib/story.sh"
watch_points
LATENCY_MS=20
story "the canary"
both() { config "    canary: $1"; and_a_till "    canary: $1"; echo "default_account: salaries" >>"$DIR/payrun.yaml"; }
both new

wages() {   # wages NR N [FIRST PHONES...]: N people of run NR
    local nr=$1 n=$2 i phone
    shift 2
    echo "Employee No,Employee Name,Phone Number,Net Pay"
    for ((i = 1; i <= n; i++)); do
        phone=$(printf '0712%02d%04d' "$nr" "$i")
        [ $# -eq 0 ] || { phone=$1; shift; }
        echo "C$nr-$i,Person Number $i,$phone,$((500 + i))"
    done
}
run() {     # run NR ACCOUNT N [PHONES...]: approved, not sent
    local out nr=$1 account=$2
    wages "$nr" "${@:3}" >"$S/run.csv"
    out=$(as amina upload "$S/run.csv" --period "2025-$(printf %02d "$nr")" --account "$account" --json) || {
        echo "# $out"; return 1; }
    RUN=$(jq -r .run <<<"$out")
    as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" >/dev/null
}
of_run() { sql "SELECT $1 FROM batch b JOIN run r USING (run_id) WHERE r.ref = '$RUN'"; }
sizes() { of_run "string_agg(b.rows::text, ' ' ORDER BY number)"; }
paid() { of_run "sum(paid_rows)"; }
tried() { sql "SELECT count(*) FROM canary JOIN run USING (run_id) WHERE ref = '$RUN'"; }
# Whether the first request of the rest left after the last answer to the canary.
waited() {
    sql "SELECT (SELECT max(o.at) FROM outcome o WHERE o.batch_id = c.batch_id)
              < (SELECT min(t.left_at) FROM attempt t JOIN batch b USING (batch_id)
                  WHERE b.run_id = c.run_id AND b.batch_id <> c.batch_id AND t.step IN ('approve', 'send'))
           FROM canary c JOIN run USING (run_id) WHERE ref = '$RUN'"
}
killed() {  # killed POINT...: a worker dies at each, one after the other
    for point in "$@"; do
        { PAYRUN_FAILPOINTS="$point:kill" "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina >"$S/out" 2>&1; } 2>/dev/null
        is "killed at $point" $? 137
    done
}
older() { sql "UPDATE canary SET proof = 'an older version of ' || run_id"; }

# --- two phases
wages 1 22 >"$S/run.csv"
like "the plan of the file says that it may be tried out" "$(p plan "$S/run.csv")" \
    "salaries may be tried out first: at most 5 payments go alone"
run 1 salaries 22
like "... and that of the run, that it is" "$(p plan "$RUN")" "salaries is tried out first"
is "the first batch is small" "$(sizes)" "5 10 7"
killed commit.claim.approve committed.claim.approve
like "status says what the rest waits for" "$(p status "$RUN")" "tried out first: batch 1 .5 payments of salaries.; the rest waits"
ok "a new account pays" as amina send "$RUN" --wait
is "... everybody" "$(state) $(paid)" "closed 22"
is "... the five first, and the rest when they had their answers" "$(tried) $(waited)" "1 t"
run 2 salaries 12
is "proven, the plan says no more of it" "$(p plan "$RUN" | grep -c 'tried out first')" 0
ok "the same account and versions again" as amina send "$RUN" --wait
is "... are not tried out any more" "$(state) $(paid) $(tried)" "closed 12 0"
older
run 3 salaries 12 254700000100
killed commit.claim.canary committed.claim.canary
exits "another version, and one of the five is not paid: the run stands" 4 as amina send "$RUN" --wait
is "... the other four are" "$(state) $(paid)" "paused 4"
like "... it says who, why, and what to do" "$(p show "$RUN")" \
    "4 of 5 were paid .batch 1; line 2, Person Number 1: .*the rest may go: payrun resume"
ok "a person looks, and lets the rest go" as brian resume "$RUN"
exits "... it goes" 1 as amina send "$RUN" --wait
is "... and is paid" "$(state) $(paid) $(waited)" "closed 11 t"
is "... in whose name stands in the book" "$(sql "SELECT accepted_by FROM canary WHERE accepted_at IS NOT NULL")" brian
like "... and in the audit" "$(sql "SELECT detail FROM audit WHERE action = 'resume' ORDER BY audit_id DESC LIMIT 1")" \
    "not all of the canary was paid"

# --- one phase; a run from before the upgrade has no small batch
both never
run 4 till 22
is "sandbox accounts are tried out only on request" "$(sizes)" "10 10 2"
both new
killed commit.claim.send committed.claim.send
ok "the smallest batch goes first" as amina send "$RUN" --wait
is "... everybody is paid" "$(state) $(paid)" "closed 22"
is "... the rest when those had their answers" "$(tried) $(waited)" "1 t"
is "... it was the smallest" "$(sql "SELECT b.number FROM canary c JOIN batch b USING (batch_id)
    JOIN run r ON r.run_id = c.run_id WHERE r.ref = '$RUN'")" 3
GIVE_UP_MS=3000 both always
run 5 salaries 12 254700000301
is "always: every run has its five" "$(sizes)" "5 7"
as amina send "$RUN" --wait >"$S/out" 2>&1
is "one of them is in doubt: the run stands" "$(state) $(paid)" "paused 4"
like "... and says so" "$(p show "$RUN")" "4 of 5 were paid, some are in doubt .*Find out first: payrun resolve"
as brian resume "$RUN" >/dev/null
as amina send "$RUN" --wait >"$S/out" 2>&1
is "resumed, it stands again: nobody may accept a doubt" "$(state) $(paid)" "paused 4"
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
came_past
is "Sapama's books: nobody twice" "$(books_sapama double | jq length)" 0
is "... paid there = paid here" "$(books_sapama summary | jq .payments)" \
    "$(sql "SELECT count(*) FROM outcome o JOIN batch b USING (batch_id) JOIN funding_account f USING (account_id)
             WHERE o.state = 'paid' AND f.provider = 'sapama'")"
is "IntaSend's books: nobody twice" "$(books double | jq length)" 0
is "... paid there = paid here" "$(books summary | jq .payments)" \
    "$(sql "SELECT count(*) FROM outcome o JOIN batch b USING (batch_id) JOIN funding_account f USING (account_id)
             WHERE o.state = 'paid' AND f.provider = 'intasend'")"
story_end
