#!/usr/bin/env bash
# Money is short: what was approved for that.  Whole groups, each that is covered;
# groups in order, none before those ahead of it; never half a group, through
# kills and with two workers at once, in both protocols.
. "$(dirname "$0")/../lib/story.sh"
[ -n "${PAYRUN_CHECK:-}" ] && PAYRUN=$PAYRUN_CHECK
LATENCY_MS=20
BATCH_ROWS=2
story "money is short" --balance 60100
and_a_till
echo "default_account: salaries" >>"$DIR/payrun.yaml"
due() { "$PAYRUN" run-due --until-idle --dir "$DIR" "$@"; }
wallet() { curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d "{\"balance\":\"$1\"}" >/dev/null; }
N=0 FILE=0
wages() {   # wages GROUP:ROWS:PAY...: people of each group, mixed, with a priority
    local max=0 g i spec
    FILE=$((FILE + 1))
    echo "Employee Name,Phone Number,Net Pay,Dept,Priority"
    for spec in "$@"; do IFS=: read -r _ g _ <<<"$spec"; [ "$g" -le $max ] || max=$g; done
    for ((i = 1; i <= max; i++)); do
        g=0
        for spec in "$@"; do
            IFS=: read -r name rows pay <<<"$spec"
            g=$((g + 1))
            [ "$i" -gt "$rows" ] || printf '%s Person %d,07%02d%02d%04d,%s,%s,%d\n' \
                "$name" "$i" "$((10 + FILE))" "$g" "$i" "$pay" "$name" "$(((g * 2) % 5))"
        done
    done
}
run() {     # run PERIOD ARGS...: of $S/run.csv, approved
    local out period=$1
    shift
    out=$(as amina upload "$S/run.csv" --period "$period" --json "$@") || { echo "# $out"; return 1; }
    RUN=$(jq -r .run <<<"$out")
    as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" >"$S/approved"
}
of_run() { sql "SELECT $1 FROM batch b JOIN run r USING (run_id) WHERE r.ref = '$RUN'"; }
paid() {    # by group: "3/3 0/3 2/2"
    sql "SELECT string_agg(p || '/' || n, ' ' ORDER BY group_no) FROM (
         SELECT group_no, sum(b.paid_rows) AS p, sum(b.rows) AS n FROM batch b JOIN run r USING (run_id)
          WHERE r.ref = '${1:-$RUN}' GROUP BY 1) x"
}

# --- the file and what is approved
wages Sales:3:10000 Kitchen:3:30000 Office:2:10000 >"$S/run.csv"
exits "groups by no column" 64 as amina check "$S/run.csv" --if-short groups
exits "a policy nobody knows" 64 as amina check "$S/run.csv" --if-short some
exits "a column that is not there" 65 as amina check "$S/run.csv" --if-short groups --groups Team
like "... is said" "$(cat "$S/out")" "PR-CSV-046"
sed '3s/Kitchen,./,x/' "$S/run.csv" >"$S/bad.csv"
exits "a row without a group, or with a priority that is none" 65 as amina check "$S/bad.csv" --if-short groups --groups department
like "... is said with its line" "$(cat "$S/out")" "PR-CSV-112.*bad.csv:3:4"
exits "... the same by priority" 65 as amina check "$S/bad.csv" --if-short priority
like "... and how it is written" "$(cat "$S/out")" "PR-CSV-113.*bad.csv:3:5"
as amina schedule add wages --every "*-*-* 20:00" --holidays pay --now "2026-10-01 09:00" >/dev/null
ok "whole groups, approved" run 2026-09 --if-short groups --groups department
like "... which the checker saw" "$(tr '\n' ' ' <"$S/approved")" \
    "IF MONEY IS SHORT: whole groups by department.* 1  Sales .*KES 30,000.00.* 2  Kitchen .* 3  Office "
is "no batch mixes groups" "$(sql "SELECT count(*) FROM (SELECT batch_id FROM instruction
    GROUP BY 1 HAVING count(DISTINCT department) > 1) x") $(of_run "string_agg(b.rows || ':' || group_no, ' ' ORDER BY number)")" \
    "0 2:1 2:2 2:3 1:1 1:2"

like "... and which stand in the plan" "$(p plan "$RUN" | tr '\n' ' ')" "IF MONEY IS SHORT: whole groups by department.* Kitchen "

# --- the evening before, and the night
as amina preflight --due --now "2026-10-01 18:00" --json >"$S/json"
like "the evening before says who would go, who not, and what is missing" \
    "$(jq -r '.checks[] | select(.check == "money") | .result + " " + .text' "$S/json")" \
    "^warn would be paid: Sales, Office; would wait: Kitchen; KES 79,980.00 are missing"
for point in commit.funds committed.funds; do
    { PAYRUN_FAILPOINTS="$point:kill" due --now "2026-10-01 20:00" >/dev/null 2>&1; } 2>/dev/null
done
exits "the night pays what is covered" 4 due --now "2026-10-01 20:00"
is "... whole groups" "$(paid) $(state)" "3/3 0/3 2/2 paying"
like "... the other waits, and says for how much" "$(p show "$RUN")" "Kitchen .*short by KES 79,980.00"
is "... somebody hears of it, once" "$(sql "SELECT count(*) || ' ' || min(title) FROM outbox WHERE kind = 'run.short'")" \
    "1 $RUN: group Kitchen waits for money"
exits "the next call: nothing more" 4 due --now "2026-10-01 20:05"
is "... is paid" "$(paid)" "3/3 0/3 2/2"
wallet 90030
ok "the money comes: it goes by itself" due --now "2026-10-01 20:10"
is "... whole" "$(paid) $(state)" "3/3 3/3 2/2 closed"

# --- by priority, in numbers: Sales 2, Kitchen 4, Office 1
wages Sales:2:20000 Kitchen:2:10000 Office:3:1000 >"$S/run.csv"
wallet 24000
ok "by priority, approved" run 2026-08 --if-short priority
like "... in its order" "$(tr '\n' ' ' <"$S/approved")" "by Priority|by priority in this order.* 1  1 .* 2  2 .* 4  4 "
exits "sent: the first goes, the next is short" 4 as amina send "$RUN" --wait
is "... and none before it, though it were covered" "$(paid)" "3/3 0/2 0/2"
like "... which says so" "$(p show "$RUN" --json | jq -r '.if_short.groups[2].waits_for')" "waits behind 2"
wallet 100000
ok "the rest, when it is there" as amina send "$RUN" --wait
is "... all" "$(paid) $(state)" "3/3 2/2 2/2 closed"

# --- two workers and two runs on one balance
wages Sales:2:20000 Kitchen:2:20000 >"$S/run.csv"
wallet 100100
run 2026-07 --if-short groups --groups Dept
A=$RUN
wages Sales:2:20000 Kitchen:2:20000 >"$S/run.csv"
run 2026-06 --if-short groups --groups Dept
for r in "$A" "$RUN"; do "$PAYRUN" send "$r" --wait --dir "$DIR" --as amina >>"$LOG.$r" 2>&1 & done
wait $(jobs -p | grep -v "^$SANDBOX_PID$")
is "two workers, two runs: two groups go of four" \
    "$( (paid "$A"; paid "$RUN") | tr ' ' '\n' | sort | uniq -c | xargs)" "2 0/2 2 2/2"
is "... and no payment failed for want of money" "$(sql "SELECT count(*) FROM outcome WHERE state <> 'paid'")" 0
wallet 100100
exits "both end when there is money" 0 due --now "2026-10-02 12:00"

# --- one phase: nobody can be asked what is there, so one after the other
wages Sales:3:1000 Kitchen:3:1000 >"$S/run.csv"
run 2026-05 --account till --if-short groups --groups Dept
{ PAYRUN_FAILPOINTS="committed.funds:kill" "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina >/dev/null 2>&1; } 2>/dev/null
ok "one phase, one group after the other" as amina send "$RUN" --wait
is "... all are paid" "$(paid) $(state)" "3/3 3/3 closed"
is "... the second when the first had its answers" "$(sql "SELECT max(o.at) FILTER (WHERE group_no = 1)
    <= min(t.left_at) FILTER (WHERE group_no = 2) FROM batch b JOIN run r USING (run_id)
    JOIN outcome o USING (batch_id) JOIN attempt t USING (batch_id) WHERE r.ref = '$RUN'")" t

# --- what was approved is what holds
wages Sales:2:1000 Kitchen:2:1000 >"$S/run.csv"
run 2026-04 --if-short groups --groups Dept
sql "UPDATE run_short SET policy = 'priority' WHERE run_id = (SELECT max(run_id) FROM run)"
exits "somebody changes the policy in the database: nothing leaves" 4 as amina send "$RUN" --wait
like "... and it is said" "$(count why)" "not what was approved"
sql "UPDATE run_short SET policy = 'groups' WHERE run_id = (SELECT max(run_id) FROM run)"
as brian resume "$RUN" >/dev/null
ok "put right, it goes" as amina send "$RUN" --wait
is "... and the evidence of it is sound" "$(cd "$S" && p evidence "$RUN" >/dev/null 2>&1; echo $?)" 0
all_paid_at_both
story_end
