#!/usr/bin/env bash
# The switches of both stand-ins that change what is asked beside the payments:
# balances, wallets, statements, transfers and money in say the same however
# the provider words them.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=100
story "switches of both stand-ins: services" --balance 2000000
(umask 077; printf ISPubKey_test_payrun_sandbox >"$S/public"
 printf ISPubKey_test_somebody >"$S/public2")
settings() {    # settings PUBLIC-KEY-FILE
    config "    public_key: file:$1
  - name: petty
    provider: intasend
    wallet_id: $PETTY
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/key
  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: \"2\"
    short_code: \"830830\"
    callback_url: http://127.0.0.1:9/callback/till
    poll_first_ms: 100
  - name: till 245
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: \"245\"
    short_code: \"830831\"
    callback_url: http://127.0.0.1:9/callback/till245"
}
p user add zawadi --role admin >/dev/null
as zawadi wallets create --label Petty --json >"$S/out" || bail "no second wallet"
PETTY=$(jq -r .provider_id "$S/out")
settings "$S/public"
summary() { books summary | jq -r "$1"; }
rules() {
    curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "$1" >/dev/null ||
        bail "refused: $1"
}
DEFAULTS=$(curl -sf "http://127.0.0.1:$PORT/_rules")
totals() { p statement --account salaries --from "$TODAY" --json | jq -r '"\(.totals.in) \(.totals.out) \(.totals.charges) \(.complete)"'; }

# --- something to look at: one run, money in with its charge, a transfer
rules '{"collect_per_mille":30}'
exits "money in" 0 as amina fund --account salaries --phone 254712000001 --amount 1000 \
    --confirm-total 1000 --wait --json
is "less what it costs" "$(summary .collection_charges_total)" 30.00
rules '{"collect_per_mille":0,"one_wallet":true}'
exits "a transfer whose answer shows one wallet" 0 as amina transfer --from salaries \
    --to petty --amount 250 --confirm-total 250
is "made once" "$(summary .transfers)" 1
payroll 6 >"$S/nov.csv"
approved "$S/nov.csv" 2026-11 || bail "no run"
exits "a run" 0 as amina send "$RUN" --wait
rules '{"one_wallet":false}'

# --- the same statement and balance, however they are worded
BALANCE=$(p balance --account salaries --json | jq -c '[.accounts[] | .current, .free]')
WANT=$(totals)
is "what was given and paid in; paid and moved; charges; it is whole" "$WANT" \
   "$(sql "SELECT '2001000.00 ' || ($(summary .paid_total) + 250)::text || ' '
                  || ($(summary .charges_total) + 30)::text || ' true'")"
for rule in '{"unsigned_lines":true}' '{"page_rows":2}' '{"numbers":"text"}' \
    '{"numbers":"bare","bare_wallets":true}'; do
    rules "$rule"
    is "$rule: the same statement" "$(totals)" "$WANT"
    is "$rule: the same balance" \
       "$(p balance --account salaries --json | jq -c '[.accounts[] | .current, .free]')" "$BALANCE"
    is "$rule: both wallets" "$(p wallets --json | jq '.wallets | length')" 2
    is "$rule: six payouts" "$(p payouts --account salaries --json | jq '.payouts | length')" 6
    rules "$DEFAULTS"
done

# --- what waits for approval, listed or not: never done
curl -sf -H "Authorization: Bearer $(cat "$S/key")" -o /dev/null \
    "http://127.0.0.1:$PORT/api/v1/send-money/initiate/" -d '{"currency":"KES",
    "provider":"MPESA-B2C","requires_approval":"YES","transactions":[
    {"account":"254712000009","amount":"10","name":"Waits","narrative":"x"}]}' || bail "no file"
rules '{"list_waiting":true}'
is "a payment that waits is listed" "$(p payouts --account salaries --json | jq '.payouts | length')" 7
is "but is not done" "$(p payouts --account salaries --json |
    jq '[.payouts[] | select(.fate == "done")] | length')" 6
rules '{"list_waiting":false}'
is "or not" "$(p payouts --account salaries --json | jq '.payouts | length')" 6

# --- the publishable key
settings "$S/public2"
LINK="checkout --account salaries --email a@example.com --amount 300 --confirm-total 300"
exits "a link with another publishable key is refused" 78 as amina $LINK
rules '{"public_key":false}'
exits "or made, where any is taken" 0 as amina $LINK --again "the first was refused"
settings "$S/public"

# --- what a refusal looks like: nothing was done, whatever its shape
for shape in envelope detail details fields; do
    rules "{\"errors\":\"$shape\"}"
    exits "more than there is, refused as $shape" 1 as amina transfer --from petty \
        --to salaries --amount 999999 --confirm-total 999999
done
rules "$DEFAULTS"
is "no transfer was made" "$(summary .transfers)" 1

# --- Sapama's misspelt call, in each spelling
T="transfer --from till --to 245 --type BusinessPayBill"
told() { books_sapama summary | jq .transfers; }
rules_sapama '{"transfer_message":"Initiated","transfer_path":"both"}' || bail "no rule"
exits "Initiated, where both spellings work" 0 as amina $T --amount 10 --confirm-total 10
rules_sapama '{"transfer_path":"initiate_transfer"}' || bail "no rule"
as amina $T --amount 11 --confirm-total 11 >"$S/out" 2>&1
is "spelt right alone: not taken for done" "$? $(told)" "3 1"
rules_sapama '{"transfer_path":"intiate_transfer","transfer_message":"Intiated"}' || bail "no rule"
exits "as documented" 0 as amina $T --amount 12 --confirm-total 12
is "two transfers" "$(told)" 2

# --- fifteen minutes, as the provider's page has it, a thousand times as fast
sandbox_down
rm -f "$S/port" "$S/sport"
"$PAYRUN" sandbox --listen "127.0.0.1:$PORT" --books "$S/books" --port-file "$S/port" \
    --sapama "127.0.0.1:$SPORT" --sapama-port-file "$S/sport" \
    --sapama-key-file "$S/api_key" --sapama-secret-file "$S/api_secret" \
    --latency-ms 900000 --speed 100000 >>"$LOG.sandbox" 2>&1 &
SANDBOX_PID=$!
wait_for 10 test -s "$S/sport" || bail "no slow sandbox"
payroll 4 3 >"$S/dec.csv"
approved "$S/dec.csv" 2026-12 || bail "no second run"
exits "a run of IntaSend" 0 timeout 60 "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina
printf 'Name,Phone,Amount\nA,0712000001,100\nB,0712000002,200\n' >"$S/till.csv"
RUN=$(as amina upload "$S/till.csv" --period 2026-12 --kind bonus --account till --json | jq -r .run)
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total 300 >/dev/null || bail "no third run"
exits "a run of Sapama" 0 timeout 60 "$PAYRUN" send "$RUN" --wait --dir "$DIR" --as amina
is "it is fifteen minutes" "$(curl -sf "http://127.0.0.1:$PORT/_rules" | jq .latency_ms)" 900000

is "the sandbox's books tie" "$(summary .ties)" true
is "Sapama's too" "$(books_sapama summary | jq .ties)" true
story_end
