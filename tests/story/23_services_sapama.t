#!/usr/bin/env bash
# What Sapama offers besides paying a file: fund, transfer, statement, SMS,
# marks, posts; each once, and in doubt when nobody can tell.
PROVIDER=sapama
. "$(dirname "$0")/../lib/story.sh"
story "services of Sapama"
p user add zawadi --role admin >/dev/null

# every word that payrun says goes through here, to be searched for secrets
all() { "$@" 2>&1 | tee -a "$S/said"; return "${PIPESTATUS[0]}"; }
summary() { books_sapama summary | jq -r "$1"; }
doubts() { p errands --json | jq .in_doubt; }

# --- what it cannot be asked
exits "the balance: 0" 0 all p balance
like "it says plainly that nobody can ask" "$(cat "$S/out")" \
     "cannot be asked what an account holds"
like "no balance was seen yet" "$(cat "$S/out")" "no balance stands"
for c in wallets banks chargebacks "validate --rail MPESA-B2C --account-no 1"
do
    exits "${c%% *} is not offered: usage" 64 all p $c
done

# --- who, and how much
FUND="fund --phone 0712345678 --email a@example.com --reference F1 --amount 250"
exits "a checker may not ask for money" 77 all as brian $FUND --confirm-total 250
exits "not without the amount again" 64 all as amina $FUND
exits "not with another amount" 4 all as amina $FUND --confirm-total 25
exits "all that is missing is said" 64 all as amina fund --amount 1
like "by its flags" "$(cat "$S/out")" "--phone, --email, --reference"
is "none of these came near the provider" "$(summary .requests.checkout)" 0
is "or into our books" "$(sql 'SELECT count(*) FROM errand')" 0

# --- fund
exits "fund and wait: paid in" 0 all as amina $FUND --confirm-total 250.00 --wait
is "the sandbox's books: collected once" "$(summary .collected_total)" 250.00
ID=$(sql "SELECT provider_id FROM errand WHERE service = 'fund'")
exits "what became of it" 0 all p payment "$ID" --json
is "it is done" "$(jq -r .payment.fate "$S/out")" done
exits "a payment nobody knows" 65 all p payment 999999999
exits "now a balance was seen" 0 all p balance --json
is "the newest one" "$(jq -r '.accounts[0] | .asked, (.last_balance != null)' \
   "$S/out" | xargs)" "false true"

# --- the statement: pages, and their last one again and again
for i in 1 2 3; do
    as zawadi fund --phone 0722000$i$i$i --email a@example.com \
        --reference "P$i" --amount "$((100 + i))" --confirm-total \
        "$((100 + i))" --wait >/dev/null 2>&1
done
rules_sapama '{"per_page_cap":2}'
exits "a statement of four pages" 0 all p statement --from "$TODAY" --json
is "each line once" "$(jq '[.lines[].id] | length == (unique | length)' \
   "$S/out")" true
is "the money that came in, to the cent" "$(jq -r .totals.in "$S/out")" 556.00
is "it is whole" "$(jq .complete "$S/out")" true
is "the same as CSV: a header and the lines" \
   "$(p statement --from "$TODAY" --format csv --quiet | wc -l)" \
   "$(($(jq '.lines | length' "$S/out") + 1))"
exits "of another month: nothing" 0 all p statement --from 2020-01-01 --to 2020-01-31
like "no line" "$(cat "$S/out")" "0 lines"

# --- between two tills
T="transfer --from till --to 245 --type BusinessPayBill"
exits "a till that nobody configured: refused" 4 all as amina $T --amount 100 \
    --confirm-total 100
like "it says what to do" "$(cat "$S/out")" 'location_id: "245"'
is "nothing was sent" "$(summary .requests.intiate_transfer)" 0
# The other till has to stand in the configuration.
petty_till() {
    cat >>"$DIR/payrun.yaml" <<YAML
  - name: petty
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: "245"
    short_code: "830831"
    callback_url: http://127.0.0.1:9/callback/petty
YAML
}
petty_till
exits "transfer: taken" 0 all as amina $T --amount 100 --confirm-total 100
is "the sandbox's books: one transfer" "$(summary .transfers)" 1
fault_sapama '{"on":"intiate_transfer","do":"drop_after"}'
exits "its answer lost: in doubt" 3 all as amina $T --amount 40 --confirm-total 40
like "it says so, and where to look" "$(cat "$S/out")" \
     "IN DOUBT.*payrun errands"
is "it was done there" "$(summary .transfers)" 2
exits "the same again is refused" 4 all as amina $T --amount 40 --confirm-total 40
like "naming the first" "$(cat "$S/out")" "amina asked for the same"
exits "whoever asks" 4 all as zawadi $T --amount 40 --confirm-total 40
is "nothing was sent a second time" "$(summary .requests.intiate_transfer)" 2
is "one is in doubt" "$(doubts)" 1
exits "with a reason it goes" 0 all as zawadi $T --amount 40 --confirm-total 40 \
      --again "the till's page shows nothing"
is "which stays in our books" \
   "$(p errands --json | jq -r '.errands[0].again_why')" \
   "the till's page shows nothing"
fault_sapama '{"on":"intiate_transfer","do":"html","http":500}'
exits "an HTML page for an answer: in doubt" 3 all as amina $T --amount 41 \
      --confirm-total 41
fault_sapama '{"on":"intiate_transfer","do":"drop_before"}'
exits "hung up on before anything was done: nobody can tell" 3 all as amina $T \
      --amount 42 --confirm-total 42
is "so it is not sent again" "$(summary .requests.intiate_transfer)" 5
is "three in doubt" "$(doubts)" 3
exits "part of a shilling is no amount there" 64 all as amina $T --amount 1.50 \
      --confirm-total 1.50

# --- messages, marks, posts
exits "an SMS" 0 all as amina sms --to 0712345678 --message "Paid. Thank you."
fault_sapama '{"on":"sms","do":"truncate"}'
exits "half an answer: in doubt" 3 all as amina sms --to 0712345678 --message Two
exits "the same message again is refused" 4 all as amina sms --to 0712345678 \
      --message Two
exits "another one goes" 0 all as amina sms --to 0712345678 --message Three
is "the sandbox's books: three messages" "$(summary .smses)" 3
exits "a mark" 0 all as amina mark "$ID" --state success
exits "and again: it does no harm" 0 all as amina mark "$ID" --state success
exits "a mark there is none of" 64 all as amina mark "$ID" --state paid
echo '[{"trans_id":"CASH-1","trans_time":"2026-11-22 10:00:00",
  "trans_amount":"75.50","short_code":"830830","phone":"254712345678",
  "description":"cash sale","third_party_trans_id":"77"}]' >"$S/post.json"
exits "a transaction made elsewhere" 0 all as amina post "$S/post.json"
exits "a second time it is refused, and nothing is in doubt" 1 all as amina \
      post "$S/post.json"
echo '[{"trans_amount":' >"$S/bad.json"
exits "what is no JSON" 65 all as amina post "$S/bad.json"
like "is told by line" "$(cat "$S/out")" "bad.json:1:"

# --- nobody there, and a wrong key
before=$(summary .transfers)
sandbox_down
exits "nobody there: it did not leave" 69 all as amina $T --amount 43 --confirm-total 43
like "and may be asked for again" "$(cat "$S/out")" "may be asked for again"
sandbox_up --challenge-file "$S/challenge" || bail "no sandbox"
exits "again: taken" 0 all as amina $T --amount 43 --confirm-total 43
is "once" "$(summary .transfers)" "$((before + 1))"
(umask 077; printf %s WRONGKEY000000000000000000000000000000000000000A >"$S/api_key")
exits "a question with a wrong key" 78 all p statement
like "whose" "$(cat "$S/out")" "account till"

# --- books and secrets
is "each errand that was sent has its request, and no more" \
   "$(sql "SELECT count(*) FROM errand
            WHERE service = 'transfer' AND left_at IS NOT NULL")" \
   "$(($(summary .requests.intiate_transfer) + 5))"
ok "the sandbox's books tie" test "$(summary .ties)" = true
is "who asked is in the audit" "$(sql "SELECT count(DISTINCT actor) FROM audit
                                WHERE action LIKE 'errand %'")" 2
sql "SELECT * FROM errand" >"$S/table"
sql "SELECT * FROM audit" >>"$S/table"
sql "SELECT encode(body, 'escape') FROM errand WHERE body IS NOT NULL" \
    >>"$S/table"
for secret in PAYRUNSANDBOXKEY PAYRUNSANDBOXSECRET WRONGKEY; do
    lacks "$secret... stands nowhere" "$secret" "$S/said" "$S/table" "$LOG".*
done
story_end
