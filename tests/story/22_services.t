#!/usr/bin/env bash
# What IntaSend offers besides paying a file: balances, wallets, statements,
# transfers, funding, banks; what changes something is done once, and is in
# doubt when nobody can tell.
. "$(dirname "$0")/../lib/story.sh"
story "services of IntaSend" --balance 1000000
p user add zawadi --role admin >/dev/null
(umask 077; printf ISPubKey_test_payrun_sandbox >"$S/public")
config "    public_key: file:$S/public"

# every word that payrun says goes through here, to be searched for secrets
all() { "$@" 2>&1 | tee -a "$S/said"; return "${PIPESTATUS[0]}"; }
summary() { books summary | jq -r "$1"; }
money() { jq -r ".accounts[] | select(.account == \"$1\") | .$2" "$S/out"; }
doubts() { p errands --json | jq .in_doubt; }

# --- what is there
exits "the balance" 0 all p balance
like "current, in flight and free" "$(cat "$S/out")" "current.*in flight.*free"
exits "the same for a program" 0 all p balance --json
is "nothing in flight: all of it is free" \
   "$(jq -r '.accounts[0] | .current, .free' "$S/out" | xargs)" \
   "1000000.00 1000000.00"
exits "--live is not for a sandbox's account" 4 all p balance --live
cp "$DIR/payrun.yaml" "$S/yaml"
cat >>"$DIR/payrun.yaml" <<YAML
  - name: real
    provider: intasend
    live: true
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/live
YAML
(umask 077; printf ISSecretKey_live_canary >"$S/live")
exits "nor is a live account asked without it" 4 all p balance --account real
exits "or told anything" 4 all as amina fund --account real --phone 0712345678 \
      --amount 5 --confirm-total 5
exits "with it nobody is who he says he is" 77 all as amina fund --live --account real \
      --phone 0712345678 --amount 5 --confirm-total 5
exits "--all is all of this environment" 0 all p balance --all --json
is "without the live one" "$(jq '.accounts | length' "$S/out")" 1
mv "$S/yaml" "$DIR/payrun.yaml"
exits "the wallets" 0 all p wallets --json
is "one, for settlements" "$(jq -r '.wallets | length, .[0].kind' "$S/out" |
   xargs)" "1 SETTLEMENT"
MAIN=$(jq -r '.wallets[0].id' "$S/out")

# --- a second wallet, and so a second account
exits "a checker makes no wallet" 77 all as brian wallets create --label "Petty cash"
exits "an admin does" 0 all as zawadi wallets create --label "Petty cash" --json
PETTY=$(jq -r .provider_id "$S/out")
is "the sandbox has two" "$(summary '.wallets | length')" 2
cat >>"$DIR/payrun.yaml" <<YAML
  - name: petty
    provider: intasend
    wallet_id: $PETTY
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/key
    public_key: file:$S/public
    poll_first_ms: 100
    poll_cap_ms: 500
    connect_ms: 1000
    answer_ms: 3000
    lease_ms: 6000
YAML

# --- banks
exits "the banks" 0 all p banks --json
is "by code and name" \
   "$(jq -r '.banks[] | select(.code == "68") | .name' "$S/out")" "Equity Bank"
is "the table differs in nothing" "$(jq '.differences | length' "$S/out")" 0
fault '{"on":"banks","do":"status","http":500,"times":0}'
exits "from what was fetched, when nobody answers" 0 all p banks
like "with its time" "$(cat "$S/out")" "fetched from intasend at 20"
exits "fetching them again is another thing" 69 all p banks --refresh
no_faults
printf 'banks:\n  - { code: "68", names: ["Equity Bank"] }\n  - { code: "998", names: ["Moon"] }\n' \
    >"$S/banks"
sed '/^banks:/,$d' "$(dirname "$0")/../../engine/cli/rules.yaml" |
    cat - "$S/banks" >"$S/rules.yaml"
exits "against another table" 0 all p banks --rules "$S/rules.yaml"
like "what it lacks" "$(cat "$S/out")" '1 "KCB": not in the table'
like "and what only it has" "$(cat "$S/out")" '998 "Moon": in the table only'

# --- fund
FUND="fund --phone 0712345678 --amount 500"
exits "a checker may not ask for money" 77 all as brian $FUND --confirm-total 500
exits "not without the amount again" 64 all as amina $FUND
exits "not with another amount" 4 all as amina $FUND --confirm-total 50
exits "no phone, no amount: both are said" 64 all as amina fund
like "by their flags" "$(cat "$S/out")" "--amount, --phone"
is "none of these came near the provider" "$(summary .requests.collect)" 0
exits "fund and wait: paid in" 0 all as amina $FUND --confirm-total 500 --wait --json
ID=$(jq -r .payment.id "$S/out")
is "the sandbox's books: collected once" "$(summary .collected_total)" 500.00
exits "what became of it" 0 all p payment "$ID"
exits "somebody who says no" 1 all as amina fund --phone 254700000100 --amount 90 \
      --confirm-total 90 --wait
is "nothing more was collected" "$(summary .collected_total)" 500.00
exits "a payment nobody knows" 65 all p payment NOPE123
exits "fund the other wallet" 0 all as amina fund --account petty --phone \
      254722000111 --amount 70 --confirm-total 70 --reference till-1 --wait
exits "a link to pay in" 0 all as amina checkout --email a@example.com \
      --amount 300 --confirm-total 300
like "is shown" "$(cat "$S/out")" "https?://"

# --- transfer
T="transfer --from salaries --to petty"
exits "transfer" 0 all as amina $T --amount 1000.50 --confirm-total 1000.50 \
      --narrative "Petty cash for November"
is "the sandbox's books: one" "$(summary .transfers)" 1
fault '{"on":"transfer","do":"drop_after"}'
exits "its answer lost: in doubt" 3 all as amina $T --amount 40 --confirm-total 40
like "it says so, and where to look" "$(cat "$S/out")" \
     "IN DOUBT.*payrun errands"
is "it was done there" "$(summary .transfers)" 2
exits "the same again is refused" 4 all as amina $T --amount 40 --confirm-total 40
like "naming the first" "$(cat "$S/out")" "amina asked for the same"
exits "by wallet instead of name, too" 4 all as zawadi transfer --from "$MAIN" \
      --to "$PETTY" --amount 40 --confirm-total 40
is "nothing was sent a second time" "$(summary .requests.transfer)" 2
exits "another amount goes" 0 all as amina $T --amount 41 --confirm-total 41
exits "with a reason the same goes" 0 all as zawadi $T --amount 40 \
      --confirm-total 40 --again "the statement shows none"
is "which stays in our books" \
   "$(p errands --json | jq -r '.errands[0].again_why')" \
   "the statement shows none"
is "one is in doubt" "$(doubts)" 1
fault '{"on":"transfer","do":"status","http":500}'
exits "an accident there: in doubt" 3 all as amina $T --amount 43 --confirm-total 43
fault '{"on":"transfer","do":"garbage"}'
exits "a yes nobody can read: in doubt" 3 all as amina $T --amount 44 --confirm-total 44
fault '{"on":"transfer","do":"delay","delay_ms":60000}'
TAKEN=$(summary .requests.transfer)
"$PAYRUN" $T --amount 47 --confirm-total 47 --dir "$DIR" --as amina >>"$S/said" 2>&1 &
KILLED=$!
taken() { [ "$(summary .requests.transfer)" = $((TAKEN + 1)) ]; }
ok "one that waits for its answer" wait_for 10 taken
{ kill -9 $KILLED; wait $KILLED; } 2>/dev/null
is "killed: in doubt as well" "$(p errands --json |
   jq -r '.errands[] | select(.amount == "47.00") | .state')" in_doubt
exits "so the same again is refused" 4 all as amina $T --amount 47 --confirm-total 47
exits "to an account with a slip in its name" 64 all as amina transfer \
      --from salaries --to pety --amount 5 --confirm-total 5
like "which one was meant" "$(cat "$S/out")" "did you mean petty"
exits "into itself" 64 all as amina transfer --from petty --to "$PETTY" \
      --amount 5 --confirm-total 5
exits "more than the wallet holds: refused" 1 all as amina transfer --from petty \
      --to salaries --amount 999999 --confirm-total 999999
like "nothing was done" "$(cat "$S/out")" "Nothing was done"

# --- statement
exits "the statement of the small wallet" 0 all p statement --account petty --from "$TODAY" --json
is "what came in: 70, 1000.50, 40, 41, 40, 44, 47" "$(jq -r .totals.in "$S/out")" \
   1282.50
is "what went out: nothing" "$(jq -r .totals.out "$S/out")" 0.00
is "it is whole" "$(jq .complete "$S/out")" true
exits "the balance agrees, but for what funding cost" 0 all p balance --all --json
is "in less charges is what is there" \
   "$(sql "SELECT 1282.50 - $(money petty current)
                = $(p statement --account petty --from "$TODAY" --json | jq -r .totals.charges)")" t
is "as CSV: a header and as many lines" \
   "$(p statement --account petty --from "$TODAY" --format csv --quiet | wc -l)" \
   "$(($(p statement --account petty --from "$TODAY" --json | jq '.lines | length') + 1))"
exits "a day that is none" 64 all p statement --from yesterday

# --- a run in between: in flight, then out
payroll 6 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "pay it" 0 as amina send "$RUN" --wait
exits "the payouts" 0 all p payouts --json
is "six, all done" "$(jq '[.payouts[] | select(.fate == "done")] | length' \
   "$S/out")" 6
is "they add up to the run" \
   "$(jq -r '[.payouts[].amount | tonumber] | add' "$S/out")" \
   "$(jq -n "$TOTAL")"
exits "no more than asked for" 0 all p payouts --limit 2 --json
is "and that there are more" "$(jq -r '.count, .more' "$S/out" | xargs)" "2 true"
exits "chargebacks" 0 all p chargebacks
exits "whose account" 0 all p validate --rail MPESA-B2C --account-no 254712345678
exits "at a bank, by its name" 0 all p validate --rail PESALINK \
      --account-no 0129292920202 --bank "equity bank"
exits "a bank there is none of" 64 all p validate --rail PESALINK --account-no 1 \
      --bank "Bnak of Africa"
like "something like it" "$(cat "$S/out")" "did you mean Bank of Africa"
exits "no SMS here" 64 all as amina sms --to 0712345678 --message hello

# --- nobody there, and a wrong key
before=$(summary .transfers)
sandbox_down
exits "nobody there: it did not leave" 69 all as amina $T --amount 45 --confirm-total 45
exits "no balance either" 69 all p balance
sandbox_up --challenge-file "$S/challenge" || bail "no sandbox"
exits "again: taken" 0 all as amina $T --amount 45 --confirm-total 45
is "once" "$(summary .transfers)" "$((before + 1))"
(umask 077; printf ISSecretKey_test_wrong_canary >"$S/key")
exits "a question with a wrong key" 78 all p balance
exits "and a wish" 78 all as amina $T --amount 46 --confirm-total 46

# --- books and secrets
ok "the sandbox's books tie" test "$(summary .ties)" = true
is "each errand that left and was taken stands there once" \
   "$(sql "SELECT count(*) FROM errand WHERE service = 'transfer'
             AND (answer = 'taken' OR minor = 4700 OR minor IN (4000, 4400)
                                   AND answer = 'in_doubt')")" \
   "$(summary .transfers)"
sql "SELECT * FROM errand" >"$S/table"
sql "SELECT * FROM audit" >>"$S/table"
sql "SELECT encode(body, 'escape') FROM errand WHERE body IS NOT NULL" \
    >>"$S/table"
for secret in ISSecretKey_ a-long-and-secret-challenge; do
    lacks "$secret stands nowhere" "$secret" "$S/said" "$S/table" "$LOG".*
done
each_paid_once
story_end
