#!/bin/bash
# A client that knows nothing of payrun, written from Sapama's public page,
# finds everything that the page promises in the sandbox.
. "$(dirname "$0")/../lib/story.sh"
CLIENT=$(dirname "$0")/../clients/sapama_client.mjs

echo "# Sapama's API page, by an independent client"
: >"$S/out"
command -v node >/dev/null || bail "node is not installed"
keys
sandbox_up --challenge-file "$S/challenge" || bail "no sandbox"

node "$CLIENT" "http://127.0.0.1:$SPORT/api/" "$(cat "$S/api_key")" \
    "$(cat "$S/api_secret")" >"$S/client" 2>&1
CODE=$?
while IFS= read -r line; do
    case $line in
        "ok - "*)     N=$((N + 1)); echo "ok $N - ${line#ok - }" ;;
        "not ok - "*) N=$((N + 1)); FAILED=1; echo "not ok $N - ${line#not ok - }" ;;
        *)            echo "# $line" ;;
    esac
done <"$S/client"
is "the client came to its end" "$CODE" 0

figure() { books_sapama summary | jq -r ".$1"; }
wait_for 10 sh -c "[ \"\$(curl -sf http://127.0.0.1:$SPORT/_books/summary |
    jq -r '.tills[1].balance')\" = 100.00 ]"
is "the books: three payments" "$(figure payments)" 3
is "the books: as much as was sent" "$(figure paid_total)" 2700.55
is "the books: what a customer paid in" "$(figure collected_total)" 1000.00
is "the books: the transfer" "$(figure 'tills[1].balance')" 100.00
is "the books: nobody twice" "$(books_sapama double | jq length)" 0
is "the books tie" "$(figure ties)" true

# The tools that other stories use.
ok "a fault can be set" fault_sapama '{"on":"any","do":"status","times":0}'
ok "faults are cleared with DELETE" no_faults_sapama
is "and gone" "$(curl -s "http://127.0.0.1:$SPORT/_faults" | jq -c .)" \
   '{"faults":[]}'
ok "a switch can be set" rules_sapama '{"row_delay_ms":5000}'
is "payments as CSV" \
   "$(books_sapama 'payments?format=csv' | cut -d, -f2,3,5 | sort | tr '\n' ' ')" \
   "254722906830,100.00,TRAN-0 254722906832,100.55,TRAN-1 254763555619,2500.00,TRAN-2 account,amount,key "
is "one payee's payments" \
   "$(books_sapama 'payments?account=254763555619' | jq -r '.[0].gateway')" equitel
is "the latest requests" \
   "$(books_sapama 'requests?last=1' | jq -r '.[0].endpoint')" get_transactions

# The same once more from the journal.
BEFORE=$(books_sapama summary | jq -S 'del(.requests, .callbacks)')
sandbox_down
sandbox_up --challenge-file "$S/challenge" || bail "no sandbox"
is "a restart changes nothing in the books" \
   "$(books_sapama summary | jq -S 'del(.requests, .callbacks)')" "$BEFORE"

# What was answered is on the disk: killed at once, it goes on all the same.
pay_one() {     # pay_one PHONE REFERENCE, by hand
    local key secret hash
    key=$(cat "$S/api_key")
    secret=$(cat "$S/api_secret")
    hash=$(printf %s "$key.$secret.json.2.live" | sha256sum | cut -d' ' -f1)
    curl -sf "http://127.0.0.1:$SPORT/api/b2c" -d format=json \
        -d "api_key=$key" -d "hash=$hash" -d location_id=2 -d mode=live \
        -d 'beneficiaries[0][gateway]=mpesa' -d "beneficiaries[0][phone]=$1" \
        -d "beneficiaries[0][trans_id]=$2" -d 'beneficiaries[0][amount]=75' \
        -d 'beneficiaries[0][first_name]=A' -d 'beneficiaries[0][last_name]=B' \
        -d 'beneficiaries[0][description]=C' \
        -d 'beneficiaries[0][callback_url]=http://127.0.0.1:9/' \
        -d 'beneficiaries[0][callback_http_method]=get' \
        -d 'beneficiaries[0][short_code]=830830' \
        -d 'beneficiaries[0][currency]=KES'
}
pay_one 254722906840 KILLED >"$S/answer"
{ kill -9 "$SANDBOX_PID"; wait "$SANDBOX_PID"; } 2>/dev/null
is "taken" "$(jq -r '.data[0].status' "$S/answer")" success
sandbox_up --challenge-file "$S/challenge" || bail "no sandbox"
ok "paid after kill -9" wait_for 10 sh -c \
    "curl -sf 'http://127.0.0.1:$SPORT/_books/payments?account=254722906840' |
     jq -e 'length == 1 and .[0].key == \"KILLED\"'"
is "and the books tie" "$(figure ties)" true
story_end
