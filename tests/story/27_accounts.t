#!/usr/bin/env bash
# One file, three funding accounts, two providers: a wallet at IntaSend, another
# with keys and books of its own, and a till at Sapama.  Nothing leaves before
# each of them covers its part; then each pays its part, and each of the three
# books ties.
. "$(dirname "$0")/../lib/story.sh"
story "several accounts"

# The second wallet: a stand-in of its own, so that its books are its own.
"$PAYRUN" sandbox --listen 127.0.0.1:0 --books "$S/books2" --port-file "$S/port2" \
    --latency-ms 300 --speed 1000 --balance 100.00 >>"$LOG.sandbox2" 2>&1 &
wait_for 10 test -s "$S/port2" || bail "no second sandbox"
PORT2=$(cat "$S/port2")
books2() { curl -sf "http://127.0.0.1:$PORT2/_books/$1"; }

account() {     # account NAME PROVIDER BASE_URL LINES...
    local line
    printf '  - name: %s\n    provider: %s\n    base_url: %s\n' "$1" "$2" "$3"
    shift 3
    for line in "$@" "batch_rows: 8" "poll_first_ms: 100" "poll_cap_ms: 500" \
        "connect_ms: 1000" "answer_ms: 3000" "lease_ms: 6000" \
        "give_up_ms: 20000"; do
        echo "    $line"
    done
}
three() {       # the configuration, with its routes
    echo "default_account: salaries"
    echo "accounts:"
    account salaries intasend "http://127.0.0.1:$PORT/api/v1/" \
        "key: file:$S/key" "challenge: file:$S/challenge"
    account wages intasend "http://127.0.0.1:$PORT2/api/v1/" "key: file:$S/key"
    account "till 2" sapama "http://127.0.0.1:$SPORT/api/" \
        "key: file:$S/api_key" "secret: file:$S/api_secret" \
        'location_id: "2"' 'short_code: "830830"' \
        "callback_url: http://127.0.0.1:9/callback/till"
    echo "routes:"
    echo "  - { rail: SAPAMA-MPESA, account: ${1:-till 2} }"
}

three tilt >"$DIR/payrun.yaml"
exits "a route to an account that is not there is refused" 78 p check "$S/nov.csv"
like "... with the one that was meant" "$(cat "$S/out")" 'did you mean "till 2"'
three salaries >"$DIR/payrun.yaml"
exits "a route to an account that has no such rail, too" 78 p check "$S/nov.csv"
like "... and what it pays by" "$(cat "$S/out")" "intasend pays by MPESA-B2C"
three >"$DIR/payrun.yaml"

# 58 rows, three of them wrong.  The amounts tell the parts from each other.
rows() {
    local i
    echo "Emp No,Name,Phone,Account,Bank Code,Rail,Amount,Pay from"
    for i in $(seq 10 29); do echo "E1$i,Phone $i,07120000$i,,,,1$i,"; done
    for i in $(seq 10 19); do echo "E2$i,Bank $i,,01234567$i,68,,2$i.50,wages"; done
    for i in $(seq 10 14); do echo "E3$i,Wages $i,07120001$i,,,,3$i,WAGES"; done
    for i in $(seq 10 19); do echo "E4$i,Till $i,07120002$i,,,,4$i,till 2"; done
    for i in $(seq 10 19); do echo "E5$i,Routed $i,07120003$i,,,SAPAMA-MPESA,5$i,"; done
    echo "E601,Nobody pays,0763000301,,,SAPAMA-EQUITEL,700,"
    echo "E602,Slip,0712000302,,,,700,till2"
    echo "E603,Not by till,,0123456799,68,,700,till 2"
}
rows >"$S/nov.csv"

exits "check finds the three mistakes" 65 p check "$S/nov.csv" --json
is "each with its code, line and column" \
   "$(jq -r '[.problems[] | select(.severity != "warning")
              | "\(.code)@\(.line):\(.column)"] | join(" ")' "$S/out")" \
   "PR-CSV-111@57:6 PR-CSV-110@58:8 PR-CSV-071@59:4"
like "the accounts there are stand in the message" "$(cat "$S/out")" \
   "there are salaries, wages, till 2"

exits "the good rows are loaded" 0 as amina upload "$S/nov.csv" --period 2026-11 \
    --accept-good-rows --json
RUN=$(jq -r .run "$S/out")
TOTAL=$(jq -r .total "$S/out")
is "who pays how many, and by which rails" \
   "$(jq -r '[.accounts[] | "\(.account): \(.total.count) by \(.rails)"]
             | join("; ")' "$S/out")" \
   "salaries: 20 by MPESA-B2C; till 2: 20 by SAPAMA-MPESA; wages: 15 by MPESA-B2C, PESALINK"
is "a batch has one account and one rail" \
   "$(sql "SELECT string_agg(a.name || ' ' || b.rail || ' ' || b.rows, ', '
                             ORDER BY a.name, b.rail, b.rows)
             FROM batch b JOIN funding_account a USING (account_id)")" \
   "salaries MPESA-B2C 4, salaries MPESA-B2C 8, salaries MPESA-B2C 8, till 2 SAPAMA-MPESA 4, till 2 SAPAMA-MPESA 8, till 2 SAPAMA-MPESA 8, wages MPESA-B2C 5, wages PESALINK 2, wages PESALINK 8"

as amina submit "$RUN" >/dev/null
exits "the checker sees all three" 0 as brian approve "$RUN" --confirm-total "$TOTAL"
like "... how many" "$(cat "$S/out")" "LEAVES 3 accounts \(sandbox\) IN 55 PAYMENTS"
like "... and each with its part" "$(cat "$S/out")" \
   "wages +IntaSend +15 payments +KES 3,710.00"

# The second wallet has 100 shillings: nobody is paid, by nobody.
exits "one wallet is short: the whole run waits" 4 as amina send "$RUN" --wait
is "paused" "$(state)" paused
like "it says which wallet" "$(count why)" "^wages: short by KES"
is "nothing was released at the first" "$(books summary | jq .approvals)" 0
is "nothing was released at the second" "$(books2 summary | jq .approvals)" 0
is "nothing was sent by Sapama" "$(books_sapama summary | jq .payments)" 0

curl -sf -X POST "http://127.0.0.1:$PORT2/_wallet" -d '{"balance":"1000000.00"}' \
    >/dev/null
ok "topped up and resumed" as amina resume "$RUN"
exits "now all are paid" 0 as amina send "$RUN" --wait
is "the run is closed: every sum ties" "$(state)" closed
is "55 paid" "$(count paid.count)" 55
is "what was seen of their funds" \
   "$(sql "SELECT string_agg(a.name || ' ' || (ra.funds_at IS NOT NULL), ', '
                             ORDER BY a.name)
             FROM run_account ra JOIN funding_account a USING (account_id)")" \
   "salaries true, till 2 true, wages true"
like "Sapama cannot be asked" \
   "$(p show "$RUN" --json | jq -r '.accounts[] | select(.account == "till 2")
                                    | .funds_note')" \
   "sapama cannot be asked for its balance"

# Three books, each asked for itself.
is "the first wallet paid its part" \
   "$(books summary | jq -r '"\(.payments) \(.paid_minor) \(.doubles)"')" \
   "20 239000 0"
is "the second wallet paid its part" \
   "$(books2 summary | jq -r '"\(.payments) \(.paid_minor) \(.doubles)"')" \
   "15 371000 0"
is "the till paid its part" \
   "$(books_sapama summary | jq -r '"\(.payments) \(.paid_minor) \(.doubles)"')" \
   "20 929000 0"

p report "$RUN" --format json >"$S/report.json"
is "the report's sums, account by account" \
   "$(jq -r '[.accounts[] | "\(.account) \(.paid.count) \(.paid.amount) \(.tie)"]
             | join(", ")' "$S/report.json")" \
   "salaries 20 2390.00 true, till 2 20 9290.00 true, wages 15 3710.00 true"
is "... and each payment's account" \
   "$(jq -r '[.payments[] | .pay_from] | group_by(.)
             | map("\(.[0]) \(length)") | join(", ")' "$S/report.json")" \
   "salaries 20, till 2 20, wages 15"
like "as text" "$(p report "$RUN")" "The accounts add up to the run"
like "as a page" "$(p report "$RUN" --format html)" \
   "Proof of sums, by account"
p report "$RUN" --format csv >"$S/report.csv"
like "as a table that can be loaded again" "$(head -1 "$S/report.csv")" "pay from"
exits "... by the same accounts" 0 p check "$S/report.csv" --json
is "... all of them good" "$(jq .good_rows "$S/out")" 55
exits "... and every payment is known again" 4 \
    as amina upload "$S/report.csv" --period 2026-11 --kind correction

# A key that is refused closes one account: then the others pay nothing either.
(umask 077; printf ISSecretKey_test_wrong >"$S/wrong")
sed -i '/name: wages/,/key:/s|key: .*|key: file:'"$S/wrong|" "$DIR/payrun.yaml"
head -1 "$S/nov.csv" >"$S/few.csv"
grep -e '^E11[0-3]' -e '^E21[0-2]' -e '^E41[0-3]' "$S/nov.csv" >>"$S/few.csv"
ok "a few more, by all three" approved "$S/few.csv" 2027-01
exits "the second account's key is refused: stopped" 4 as amina send "$RUN" --wait
like "it says which" "$(cat "$S/out")" "wages: "
is "nobody was paid" \
   "$(books summary | jq .payments) $(books_sapama summary | jq .payments)" "20 20"
three >"$DIR/payrun.yaml"
as amina resume "$RUN" >/dev/null
exits "with the right key all are paid" 0 as amina send "$RUN" --wait
is "by each its part" "$(books summary | jq .payments) $(books2 summary |
   jq .payments) $(books_sapama summary | jq .payments)" "24 18 24"

# A database from before: the step finds out who paid.
is "the step that brings several accounts knows the runs of before" \
   "$(psql -XAtq -v ON_ERROR_STOP=1 "$URL" 2>&1 <<SQL
SET search_path TO payrun;
BEGIN;
CREATE TEMP TABLE had AS SELECT run_id, account_id, rows, minor,
       funds_at IS NOT NULL AS seen FROM run_account;
DROP TABLE run_account;
ALTER TABLE funding_account DROP COLUMN two_phase;
ALTER TABLE instruction DROP COLUMN part, DROP COLUMN parts;
\\i $(dirname "$0")/../../schema/0004_accounts.sql
SELECT count(*) || ' ' || count(*) FILTER (WHERE h.seen
           AND (h.rows, h.minor, h.seen) = (n.rows, n.minor,
                                            n.funds_at IS NOT NULL))
  FROM run_account n FULL JOIN had h USING (run_id, account_id);
ROLLBACK;
SQL
)" "6 6"

# Another run; after its approval somebody lets another account pay a batch.
payroll 12 9 >"$S/dec.csv"
ok "a second run is approved" approved "$S/dec.csv" 2026-12
sql "UPDATE batch SET account_id = (SELECT account_id FROM funding_account
                                     WHERE name = 'wages')
      WHERE number = 2 AND run_id = (SELECT run_id FROM run WHERE ref = '$RUN')"
exits "swapped in the database: nothing of it is sent" 4 as amina send "$RUN" --wait
like "it says so" "$(count why)" "not what was approved"
is "the first wallet paid nothing more" "$(books summary | jq .payments)" 24
is "nor did the second" "$(books2 summary | jq .payments)" 18

sql "UPDATE run_account SET rows = 8, minor = (SELECT sum(minor) FROM batch b
            WHERE b.run_id = run_account.run_id AND number = 1)
      WHERE run_id = (SELECT run_id FROM run WHERE ref = '$RUN');
     INSERT INTO run_account (run_id, account_id, rows, minor)
     SELECT run_id, account_id, rows, minor FROM batch
      WHERE number = 2 AND run_id = (SELECT run_id FROM run WHERE ref = '$RUN')"
as amina resume "$RUN" >/dev/null
exits "also with the account's own sums adjusted" 4 as amina send "$RUN" --wait
like "the digest knows" "$(count why)" "not what was approved"
is "nobody was paid" "$(books summary | jq .payments) $(books2 summary | jq .payments)" "24 18"
story_end
