#!/usr/bin/env bash
# The providers' own statements by API, many small pages: killed in the middle
# and pulled again they are the same lines, once each; what Sapama shows us is
# marked in its own books as known or as unknown here.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "statements pulled" --charge 10
and_a_till
pull() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" --json; }
row() { jq -r "$1" "$S/out"; }
rules() { curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "$1" >/dev/null; }

# --- pay by both: ten each, two of them in vain
payees() {  # payees RAIL FIRST: ten who can be paid, one who cannot
    echo "Name,Phone,Amount,Rail"
    for i in 1 2 3 4 5 6 7 8 9 10; do echo "Payee $i,2547$(($2 + i)),$((1000 + i)),$1"; done
    echo "Payee 11,254700000100,1011,$1"
}
payees MPESA-B2C 11000000 >"$S/a.csv"
ok "a payroll at IntaSend" approved "$S/a.csv" 2026-11
exits "paid, but for one" 1 as amina send "$RUN" --confirm-total "$TOTAL" --wait
payees SAPAMA-MPESA 22000000 >"$S/b.csv"
run_b=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --json | jq -r .run)
as amina submit "$run_b" >/dev/null
ok "one at Sapama" as brian approve "$run_b" --confirm-total "$(p show "$run_b" --json | jq -r .total)"
exits "paid, but for one, too" 1 as amina send "$run_b" \
    --confirm-total "$(p show "$run_b" --json | jq -r .total)" --wait

# --- IntaSend, three lines a page; the fifth page never comes
rules '{"page_rows":3}'
fault '{"on":"statement","do":"delay","delay_ms":20000,"skip":4,"times":1}'
pull salaries >"$S/killed" 2>&1 &
pid=$!
some() { [ "$(sql 'SELECT count(*) FROM statement_line')" -ge "$1" ]; }
ok "some lines are stored while it goes on" wait_for 60 some 9
pkill -9 -P "$pid"; kill -9 "$pid" 2>/dev/null; wait "$pid" 2>/dev/null
no_faults
is "killed: what is there is true, and said not to be all" \
   "$(sql "SELECT state FROM statement")" reading
like "the list says what to do" "$(p statement list)" "NOT WHOLE: pull it again"
exits "pulled again" 0 pull salaries
is "it goes on where it stood" "$(row .resumed)" true
is "its lines: the deposit, ten payments, ten charges" "$(row .lines)" 21
is "each once" "$(sql "SELECT count(*), count(DISTINCT provider_id) FROM statement_line")" "21|21"
paid=$(books summary | jq -r '"\(.paid_total) \(.charges_total)"')
is "what went out is what its books say, charges included" "$(row .out)" \
   "$(awk '{ printf "%.2f", $1 + $2 }' <<<"$paid")"
is "and the balance is, too" "$(row .closing)" "$(books summary | jq -r .current_balance)"
is "from nothing" "$(row .opening)" 0.00
lines=$(sql "SELECT md5(string_agg(identity::text, ',' ORDER BY identity)) FROM statement_line")
exits "a third time, in one go" 0 pull salaries
is "nothing new" "$(row '"\(.resumed) \(.lines) \(.new)"')" "false 21 0"
is "the same lines" "$(sql "SELECT md5(string_agg(identity::text, ',' ORDER BY identity)) FROM statement_line")" "$lines"
is "charges are lines of their own and name their payment" \
   "$(sql "SELECT count(*) FROM statement_line c JOIN statement_line p ON p.provider_id = c.linked
            WHERE c.kind = 'charge' AND p.kind = 'payment'")" 10

# --- Sapama: the answer of its third page is lost, then somebody pays in
rules_sapama '{"per_page_cap":2}'
fault_sapama '{"on":"get_transactions","do":"drop_after","skip":2,"times":3}'
ERR=69
exits "no answer in the middle" $ERR pull till
no_faults_sapama
some_till() { sql "SELECT count(*) FROM statement_line l JOIN funding_account a USING (account_id) WHERE a.name = 'till'"; }
ok "its first pages are kept" test "$(some_till)" -ge 2
K=$(cat "$S/api_key") SEC=$(cat "$S/api_secret")
curl -sf "http://127.0.0.1:$SPORT/_rules" -d '{"latency_ms":1}' >/dev/null
post='[{"trans_id":"UKZ9Z9Z9Z9","trans_time":"'"$TODAY"' 10:00:00","trans_amount":"750","short_code":"830830","phone":"254799000111","description":"who is this"}]'
hash=$(printf '%s.%s.json.%s' "$K" "$SEC" "$post" | sha256sum | cut -d' ' -f1)
ok "a payment in that nobody here knows" curl -sf "http://127.0.0.1:$SPORT/api/post_transaction" \
    --data-urlencode format=json --data-urlencode "api_key=$K" --data-urlencode "hash=$hash" \
    --data-urlencode "transactions=$post"
exits "pulled again" 0 pull till
is "it goes on" "$(row .resumed)" true
is "all ten payments, and what came in meanwhile" "$(row '"\(.lines) \(.unbooked) \(.open)"')" "11 1 0"
is "what went out is what its books say" "$(row .out)" "$(books_sapama summary | jq -r .paid_total)"
is "each by its own number" \
   "$(sql "SELECT count(*), count(DISTINCT l.provider_id) FROM statement_line l JOIN funding_account a USING (account_id) WHERE a.name = 'till'")" "11|11"
is "each payment carries our reference" \
   "$(sql "SELECT count(*) FROM statement_line l JOIN instruction i USING (batch_id, seq) WHERE l.minor = -i.minor AND l.kind = 'payment' AND l.receipt <> ''")" 10
is "days are Nairobi's" "$(sql "SELECT count(*) FROM statement_line WHERE booked_on NOT BETWEEN '$TODAY' AND '$SOON'")" 0

# --- the handshake
is "told: what is in our books, and what is not" \
   "$(row '"\(.marks.success) \(.marks.unreconciled) \(.marks.left)"')" "11 1 0"
ask() {     # ask IPNED: how many rows there have it, by the provider's own list
    local h
    h=$(printf '%s.%s.json.%s' "$K" "$SEC" "$1" | sha256sum | cut -d' ' -f1)
    curl -sf "http://127.0.0.1:$SPORT/api/get_transactions?format=json&api_key=$K&hash=$h&ipned=$1" | jq .data.total
}
is "its books have them as success" "$(ask success)" 11
is "and one that nobody knows" "$(ask unreconciled)" 1
is "none is left" "$(ask received)" 0
before=$(books_sapama summary | jq .requests.update_transaction)
exits "again" 0 pull till
is "nothing is told twice" "$(books_sapama summary | jq .requests.update_transaction)" "$before"
is "one statement, whole" "$(row '"\(.new) \(.lines)"')" "0 11"

# --- who, and the old command
p user add zawadi --role auditor >/dev/null
exits "an auditor pulls none" 77 as zawadi statement --pull till
exits "shown without being stored" 0 p statement --account salaries --from "$TODAY"
is "that stored nothing" "$(sql 'SELECT count(*) FROM statement')" 4
exits "no such account" 78 pull nowhere
is "the audit has each pull" "$(sql "SELECT count(*) FROM audit WHERE action = 'statement pull'")" 4
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
came_past
story_end
