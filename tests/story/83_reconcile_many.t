#!/usr/bin/env bash
# Many payments over both providers with every fault the stand-ins have: of
# requests, of files, of single payments, of callbacks and of the statements that
# are pulled afterwards.  Every difference is found, and together the findings
# are what each account is off by, to the cent: nothing is unexplained.
# RECONCILE_ROWS=20000 for the size the promise is about.
#
# Some faults cannot be on.  An item that never ends ("never"): its file never
# completes, so IntaSend books none of it, and a run of it stays open (story
# 36).  A file booked as one line ("line_bulk") or all lines days later
# ("line_late_s"): one shape of a whole statement, in which lines of their own
# cannot be wrong (stories 73, 84).  Nor can "line_charge" at Sapama, whose answers
# tell no charge: each line of one would be a finding (73).  Calls that no run
# makes (transfer, collect, sms ...) have their faults in stories 22, 23 and 37.
ROWS_ALL=${RECONCILE_ROWS:-800}
BATCH_ROWS=$((ROWS_ALL / 40))
LATENCY_MS=40
POLL_FIRST_MS=50
ANSWER_MS=1500
LEASE_MS=5000
GIVE_UP_MS=3000
. "$(dirname "$0")/../lib/story.sh"
story "reconcile $ROWS_ALL" --charge 12 --balance 2000000000.00
BEGAN=$SECONDS
control() { curl -sf -X POST "http://127.0.0.1:$1/_$2" -d "$3" >/dev/null || bail "refused: _$2 $3"; }
control "$SPORT" wallet '{"balance":"2000000000.00"}'
TILL_ROWS=$((ROWS_ALL / 80 < 50 ? ROWS_ALL / 80 : 50))
till() { BATCH_ROWS=$TILL_ROWS and_a_till; echo "routes: [{ rail: SAPAMA-MPESA, account: till }]" >>"$DIR/payrun.yaml"; }
till
ok "the listener is up" serve_up
CALLBACKS=http://127.0.0.1:$CBPORT/callback/till
till

# A quarter goes through Sapama, some of it to the numbers whose end is written
# in them: of every kind of end, ENDS each.
ENDS=$((ROWS_ALL / 400 < 50 ? ROWS_ALL / 400 : 50))
awk -v n="$ROWS_ALL" -v ends=$((ENDS < 2 ? 2 : ENDS)) 'BEGIN {
    for (g = 2; g <= 9; g++) for (e = 0; e < ends; e++) odd[++k] = sprintf("254700000%d%02d", g, e)
    for (e = 0; e < 100; e++) if (ends > 9 || e < 4 || e == 7 || e >= 60 && e < 71 || e % 10 == 0) odd[++k] = sprintf("2547000001%02d", e)
    print "Name,Phone,Rail,Amount"
    for (i = 1; i <= n; i++) {
        till = i % 4 == 0; j = i / 4
        phone = till && j % 3 == 1 && ++at <= k ? odd[at] : sprintf("2547%08d", 12000000 + i)
        print "Payee " i "," phone "," (till ? "SAPAMA-MPESA" : "MPESA-B2C") "," 500 + 2 * i
    }
}' >"$S/all.csv"
ok "uploaded and approved" approved "$S/all.csv" 2026-11

# --- what goes wrong: every fault there is, spread over files and payments
at=0
for what in fail tf103 slow tf105_paid tf105_unpaid th107 tf104 tp104 tr109 late_receipt flip reverse no_funds \
            too_small too_large unlisted paid; do
    control "$PORT" faults "{\"on\":\"item\",\"do\":\"$what\",\"times\":0,\"per_mille\":8,\"seed\":$((++at + 100))}"
done
at=4
for what in bf102 bf105 bf107; do
    control "$PORT" faults "{\"on\":\"file\",\"do\":\"$what\",\"skip\":$((at += 6))}"
done
request='drop_before drop_after status delay drip truncate garbage html'
each() {    # each PORT CALL FIRST STEP KINDS: each kind once, STEP requests apart
    local skip=$3 what
    for what in $5; do
        control "$1" faults "{\"on\":\"$2\",\"do\":\"$what\",\"skip\":$skip,\"bytes\":400,\"delay_ms\":10}"
        skip=$((skip + $4))
    done
}
each "$PORT" initiate 2 2 "$request foreign wrong_ref reorder"
control "$PORT" faults '{"on":"initiate","do":"missing","skip":20,"times":8}'      # each is cancelled
each "$PORT" cancel 0 0 "$request"
each "$PORT" approve 1 1 "$request foreign wrong_ref reorder missing"
each "$PORT" status 3 3 "$request foreign wrong_ref reorder missing"
each "$PORT" wallets 0 0 "$request"
for what in repeat shuffle; do control "$PORT" faults "{\"on\":\"webhook\",\"do\":\"$what\",\"times\":2}"; done
for what in drop late forge contradict; do
    control "$PORT" faults "{\"on\":\"webhook\",\"do\":\"$what\",\"times\":0,\"per_mille\":100,\"seed\":$((++at)),\"delay_ms\":300}"
done
each "$SPORT" b2c 1 1 "$request"
each "$SPORT" get_transactions 1 2 "$request"
for what in drop repeat forge late contradict; do
    control "$SPORT" faults "{\"on\":\"callback\",\"do\":\"$what\",\"times\":0,\"per_mille\":100,\"seed\":$((++at)),\"delay_ms\":300}"
done
for i in 1 2 3 4 5 6; do p balance --json >>"$S/balance" 2>&1; done      # somebody looks, too

# A guard that stops it is answered as people do: looked at, and resumed.
STOPS=0
while as amina send "$RUN" --wait >"$S/out" 2>&1; RC=$?; cat "$S/out" >>"$LOG.sent"; [[ $RC = 4 || $RC = 69 ]] && [ $((++STOPS)) -lt 60 ]; do
    as amina resume "$RUN" >>"$S/out" 2>&1
done
is "it ends: with doubts, with failures" "$RC" 3
[ "$RC" = 3 ] || sed 's/^/# /' "$S/out" | tail -12
SENT_S=$((SECONDS - BEGAN))
back() { [ "$(books summary | jq .returned)" -gt 0 ]; }
ok "some of it is taken back there" wait_for 60 back
both() { for port in "$PORT" "$SPORT"; do curl -sf "http://127.0.0.1:$port/_faults" | jq -c '.faults[]'; done; }
both >"$S/fired"

# --- the statements: some lines are missing, wrong, there twice, of nobody; and
# a pull that breaks off is begun again until it is whole.
OMIT=13 AMOUNT=11 AGAIN=7 CHARGE=17 UNKNOWN=19 PAYEE=9
odd="\"line_omit\":$OMIT,\"line_amount\":$AMOUNT,\"line_again\":$AGAIN,\"line_charge\":$CHARGE,\"line_unknown\":$UNKNOWN"
control "$PORT" rules "{$odd}"
control "$SPORT" rules "{$odd,\"line_payee\":$PAYEE,\"line_reversals\":true}"
no_faults
no_faults_sapama
each "$PORT" statement 0 0 "$request"
each "$SPORT" get_transactions 0 0 "$request"
each "$SPORT" update_transaction 0 2 "$request"
whole() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" --json >"$S/pull" 2>&1; }
ok "IntaSend's statement" wait_for 120 whole salaries
ok "Sapama's statement" wait_for 120 whole till
both >>"$S/fired"
is "every fault there is has happened" "$(jq -r 'select(.fired == 0) | "\(.on) \(.do)"' "$S/fired" | xargs)" ""
echo "# faults that happened: $(jq -r '"\(.on) \(.do) \(.fired)"' "$S/fired" | xargs -n3 | sort | xargs)"

as amina reconcile "$RUN" --json >"$S/first" 2>"$S/err"
as amina reconcile "$RUN" --json >"$S/out" 2>"$S/err"
row() { jq -r "$1" "$S/out"; }
is "nothing is unexplained, in neither account" \
   "$(row '[.balances[] | "\(.account) \(.off == .explained)"] | join(" ")')" "salaries true till true"

# --- what should have been found, from the stand-ins' books and their nths alone
{ books payments | jq -r '.[] | [.account, 0, .returned, false] | @csv'
  books_sapama payments | jq -r '.[] | [.account, (.id | tonumber) - 305528 + 1, false,
                                       .told == "timeout" or (.account | startswith("2547000009"))] | @csv'; } >"$S/there.csv"
sql "CREATE TABLE there (account text, place bigint, taken_back bool, hidden bool)" >/dev/null
sql "\\copy there FROM '$S/there.csv' CSV" >/dev/null
sql "CREATE VIEW hit AS
       SELECT batch_id, seq, o.state::text, f.provider, t.account, t.hidden, t.taken_back,
              array_remove(ARRAY[CASE WHEN x.n % $OMIT = 0 THEN 'missing_there' END,
                  CASE WHEN x.n % $AMOUNT = 0 THEN 'amount_differs' END,
                  CASE WHEN x.n % $AGAIN = 0 THEN 'duplicate_line' END,
                  CASE WHEN x.n % $CHARGE = 0 AND f.provider = 'intasend' THEN 'charge_differs' END,
                  CASE WHEN x.n % $UNKNOWN = 0 THEN 'nobody' END,
                  CASE WHEN x.n % $PAYEE = 0 AND f.provider = 'sapama' THEN 'wrong_payee' END], NULL) AS faults
         FROM there t JOIN instruction i USING (account) JOIN outcome o USING (batch_id, seq)
         JOIN batch b USING (batch_id) JOIN funding_account f USING (account_id),
              LATERAL (SELECT CASE f.provider WHEN 'intasend' THEN i.seq ELSE t.place END AS n) x" >/dev/null
sql "CREATE VIEW found AS SELECT f.kind, f.minor, h.*, EXISTS (SELECT FROM contradiction c
            WHERE (c.batch_id, c.seq) = (f.batch_id, f.seq)) AS told_both, coalesce(f.seq, 0) > 0 AS of_ours
       FROM finding f LEFT JOIN hit h ON (h.batch_id, h.seq) = (f.batch_id, f.seq)
      WHERE reconciliation_id = (SELECT max(reconciliation_id) FROM reconciliation)" >/dev/null
n() { sql "SELECT count(*) FROM $1"; }
is "each line that is wrong in one way is found as that" \
   "$(n "hit h WHERE state = 'paid' AND cardinality(faults) = 1 AND faults <> '{nobody}'
         AND NOT EXISTS (SELECT FROM found f WHERE (f.batch_id, f.seq) = (h.batch_id, h.seq) AND f.kind = h.faults[1])")" 0
is "nothing else is, but for doubts, what was told both ways, and what came back" \
   "$(sql "SELECT kind, state, faults FROM found WHERE of_ours AND kind <> ALL (coalesce(faults, '{}'))
           AND state IS DISTINCT FROM 'in_doubt' AND NOT told_both AND NOT coalesce(taken_back, kind = 'taken_back')")" ""
is "lines that nobody sent" "$(n "found WHERE NOT of_ours AND kind = 'missing_here'")" \
   "$(n "hit WHERE 'nobody' = ANY (faults) AND NOT hidden AND NOT (provider = 'intasend' AND 'missing_there' = ANY (faults))")"
is "and reversals that name no payment of ours" "$(n "found WHERE NOT of_ours AND kind <> 'missing_here'")" \
   "$(n "hit WHERE account LIKE '2547000007%'")"

# --- who has the money: the stand-ins' books against the outcomes
is "paid there is paid here, in doubt, or in front of a person" \
   "$(sql "SELECT account, state FROM hit h WHERE state NOT IN ('paid', 'in_doubt', 'reversed', 'returned') AND NOT taken_back
            AND NOT EXISTS (SELECT FROM contradiction c WHERE (c.batch_id, c.seq) = (h.batch_id, h.seq))")" ""
is "paid here is paid there" "$(n "outcome o WHERE state = 'paid' AND NOT EXISTS
    (SELECT FROM hit h WHERE (h.batch_id, h.seq) = (o.batch_id, o.seq))")" 0
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
ends() { sql "SELECT string_agg(n || ' ' || state, ', ') FROM (SELECT state, count(*) AS n FROM outcome GROUP BY state) x"; }
echo "# $ROWS_ALL payments, $(wc -l <"$S/fired") kinds of fault, $(jq -s 'map(.fired) | add' "$S/fired") times: $(ends); $(row .lines) lines," \
     "$(row .matched) matched, $(row .findings) findings, off $(row '[.balances[] | "\(.off) of which explained \(.explained)"] | join(" and ")');" \
     "sent in $SENT_S s with $STOPS stops, all in $((SECONDS - BEGAN)) s"
story_end
