#!/usr/bin/env bash
# What else stands on a statement: errands (money asked for, paid in by a link,
# moved to another till) are each one of ours, and a movement that is nobody's is
# a finding; a charge within the tolerance is none, wages have none; days that no
# statement tells of are a finding until a statement of them comes.
. "$(dirname "$0")/../lib/story.sh"
story "what else stands on a statement" --charge 10
(umask 077; printf ISPubKey_test_payrun_sandbox >"$S/public")
config "    public_key: file:$S/public"
and_a_till
day() { date -d "$TODAY $1 days" +%F; }
api() { curl -sf -H "Authorization: Bearer $(cat "$S/key")" "http://127.0.0.1:$PORT/api/v1/$1" "${@:2}"; }
rules() { curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "$1" >/dev/null; }
pull() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" --json; }
rec() { as amina reconcile --account "$1" --from "${FROM:-$TODAY}" --to "$SOON" "${@:2}" --json; }
row() { jq -r "$1" "$S/out"; }
found() { row '[.list[] | "\(.kind) \(.amount) \(.moved)"] | sort | join("; ")'; }
off() { row '.balances[0] | "\(.off) \(.explained)"'; }
lines() { sql "SELECT kind, minor FROM statement_line l JOIN funding_account f USING (account_id) WHERE f.name = '$1' ORDER BY 2, 1" | xargs; }

# --- IntaSend: paid in by a phone and by a link; a payroll beside them
exits "a phone is asked to pay in" 0 as amina fund --account salaries --phone 0712345678 --amount 500 --confirm-total 500 --wait
exits "a link to pay in" 0 as amina checkout --account salaries --email a@example.com --amount 300 --confirm-total 300 --json
curl -sf -X POST "http://127.0.0.1:$PORT/_pay" -d "{\"checkout_id\":\"$(row '.rows[0].id')\"}" >/dev/null || bail "nobody pays by the link"
collected() { [ "$(books summary | jq -r .collected_total)" = 800.00 ]; }
ok "both pay in" wait_for 20 collected
{ echo "Name,Phone,Amount"; for i in 1 2 3 4; do echo "Payee $i,25471100000$i,$((1000 + i))"; done; } >"$S/a.csv"
ok "a payroll" approved "$S/a.csv" 2026-11
exits "is paid" 0 as amina send "$RUN" --wait
exits "its statement" 0 pull salaries
is "three kinds of line" "$(lines salaries)" \
   "payment|-100400 payment|-100300 payment|-100200 payment|-100100 charge|-1000 charge|-1000 charge|-1000 charge|-1000 deposit|30000 deposit|50000 deposit|100000000000000"
exits "every line is one of ours" 0 rec salaries
is "and the balance is proven" "$(off) $(row '.balances[0].difference')" "0.00 0.00 0.00"

# --- Sapama: paid in, moved to another till
exits "a phone is asked to pay in at Sapama" 0 as amina fund --account till --phone 0712345678 --email a@example.com --reference F1 --amount 250 --confirm-total 250 --wait
sed -e 's/name: till/name: petty/; s/"2"/"245"/; s/830830/830245/' <(till_account) >>"$DIR/payrun.yaml"
exits "moved to another till" 0 as amina transfer --from till --to 245 --type BusinessPayBill --amount 100 --confirm-total 100
exits "its statement" 0 pull till
exits "every line is one of ours, too" 0 rec till
is "the money that came in" "$(lines till)" "deposit|25000"
is "four errands, all of them taken" "$(sql "SELECT service, answer FROM errand ORDER BY errand_id" | xargs)" \
   "fund|taken checkout|taken fund|taken transfer|taken"

# --- charges may differ by as much as is said, wages by nothing
rules '{"line_charge":3}'
{ echo "Name,Phone,Amount"; for i in 1 2 3; do echo "Payee $i,25471200000$i,$((2000 + i))"; done; } >"$S/b.csv"
ok "another payroll" approved "$S/b.csv" 2026-12
exits "is paid" 0 as amina send "$RUN" --wait
pull salaries >/dev/null
run() { as amina reconcile "$RUN" "$@" --json; }
exits "a charge of 1.00 more" 5 run
is "is a finding with its price" "$(found)" "charge_differs 1.00 1.00"
is "and all that is off" "$(off)" "1.00 1.00"
exits "beyond the tolerance, too" 5 run --tolerance 99
is "the same" "$(found)" "charge_differs 1.00 1.00"
exits "within it everything ties" 0 run --tolerance 100
is "there is no finding, and what was let go is told" \
   "$(row .findings) $(off) $(row '.balances[0] | "\(.tolerated) \(.tolerated_charges)"')" "0 1.00 0.00 1.00 1"
is "a balance of before the last lines is not held against them" \
   "$(row '.balances[0] | "\(.opening) \(.closing) \(.difference)"')" "null null null"
like "for people" "$(as amina reconcile "$RUN" --tolerance 100)" "within the tolerance +KES 1\.00.*everything ties"
rules '{"line_charge":0,"line_amount":3}'
{ echo "Name,Phone,Amount"; for i in 1 2 3; do echo "Payee $i,25471300000$i,$((3000 + i))"; done; } >"$S/c.csv"
ok "and one more" approved "$S/c.csv" 2027-01
exits "is paid" 0 as amina send "$RUN" --wait
pull salaries >/dev/null
exits "wages of 1.00 more" 5 run --tolerance 1000000
is "are a finding, whatever the tolerance" "$(found)" "amount_differs 1.00 1.00"
is "nothing of it is let go" "$(off) $(row '.balances[0].tolerated')" "1.00 1.00 0.00"

# --- days between two statements
as amina statement --pull till --from "$(day -6)" --to "$(day -4)" --json >/dev/null
FROM=$(day -6)
exits "days that nobody tells of" 5 rec till
is "are a finding" "$(found)" "statement_gap 0.00 0.00"
like "that names them" "$(row '.list[0].detail')" ": 3 day\(s\) nobody tells of, $(day -4) to $TODAY"
exits "their statement comes later" 0 as amina statement --pull till --from "$(day -3)" --to "$(day -1)" --json
exits "and nothing is missing any more" 0 rec till
is "the break has ended by itself" "$(row '"\(.findings) \(.healed_breaks) \(.open_breaks)"')" "0 1 0"

# --- moved to another wallet of ours: the answer has no number to know it by; then
# somebody with the key moves as much past us
PETTY=$(api wallets/ -d '{"label":"Petty","currency":"KES","can_disburse":true}' | jq -r .wallet_id)
exits "moved by us" 0 as amina transfer --from salaries --to "$PETTY" --amount 1000.50 --confirm-total 1000.50
is "without a number" "$(sql "SELECT answer, provider_id FROM errand ORDER BY errand_id DESC LIMIT 1")" "taken|"
FROM=$TODAY
pull salaries >/dev/null
nobodys() { row '[.list[] | select(.kind == "missing_here") | "\(.amount) \(.moved)"] | join(" ")'; }
exits "its line" 5 rec salaries
is "is ours" "$(nobodys)" ""
is "and counted as such" "$(row '.balances[] | .off == .explained')" true
MAIN=$(api wallets/ | jq -r '.results[] | select(.wallet_type == "SETTLEMENT") | .wallet_id')
api "wallets/$MAIN/intra_transfer/" -d "{\"wallet_id\":\"$PETTY\",\"amount\":\"1000.50\",\"narrative\":\"Transfer\"}" >/dev/null ||
    bail "no transfer"
pull salaries >/dev/null
exits "which nobody here asked for" 5 rec salaries
is "is a finding with its price, once" "$(nobodys)" "1000.50 1000.50"
is "and all that is off is explained" "$(row '.balances[] | .off == .explained')" true
nobody() { row '.list[] | select(.kind == "missing_here").line'; }
WHICH=$(nobody)
exits "as much by us again" 0 as amina transfer --from salaries --to "$PETTY" --amount 1000.50 --confirm-total 1000.50
pull salaries >/dev/null
exits "and no line of ours" 5 rec salaries
is "is taken for it, nor it for ours" "$(nobody)" "$WHICH"
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
