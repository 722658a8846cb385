#!/usr/bin/env bash
# What people read about money when there are two providers: every message names
# the account, says what it came to in words, and what to do.
. "$(dirname "$0")/../lib/story.sh"
story "words about money" --balance 1000000
p user add zawadi --role admin >/dev/null
config "  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: \"2\"
    short_code: \"830830\"
    callback_url: http://127.0.0.1:9/callback/till
    poll_first_ms: 100
    poll_cap_ms: 500
    connect_ms: 1000
    answer_ms: 3000
    lease_ms: 6000
    give_up_ms: 3000
routes:
  - { rail: SAPAMA-MPESA, account: till }"
flat() { tr -s ' \n' ' ' <"$S/out"; }

# --- a file
cat >"$S/bad.csv" <<'CSV'
Emp No,Name,Phone,Account,Bank,Rail,Amount,Pay from
T1,Achieng,0712000101,,,,1500,till
T2,Dida,0712000104,,,,300000,till
T3,Fatma,,0123456789,Equity,,5000,till
T4,Juma,0712000105,,,,300000,
T5,Achieng,0712000101,,,,1600,
T6,Lina,0712000101,,,AIRTIME,100,
T7,Mercy,0763000107,,,,150,till
T8,Noah,0763000108,,,,150,
CSV
exits "mistakes for a till" 65 p check "$S/bad.csv" --json
fix() { jq -r ".problems[] | select(.line == $1 and .code == \"$2\") | .$3" "$S/out"; }
is "too much for the till: no bank is offered, which the till cannot pay" \
   "$(fix 3 PR-CSV-074 fix)" "load it with --split, which pays it in 2 linked parts of KES 150,000.00"
like "... but where an account can" "$(fix 5 PR-CSV-074 fix)" "or pay it to a bank account \(PESALINK"
is "what the named account pays by" "$(fix 4 PR-CSV-071 detail)" \
   'the row names a bank account; the account "till" pays by SAPAMA-MPESA, SAPAMA-EQUITEL'
is "one phone is one payee, whichever account pays it; airtime is another thing" \
   "$(jq -r '[.problems[] | select(.code | test("03[01]")) | "\(.code)@\(.line)<\(.other_line)"] | join(" ")' "$S/out")" \
   "PR-CSV-031@6<2"
is "a number of Equitel: the rail the till has for it" "$(fix 8 PR-CSV-018 fix)" \
    'write SAPAMA-EQUITEL in a column "rail" to pay it there, or leave it when the number was moved to Safaricom'
like "the wallet has none" "$(fix 9 PR-CSV-018 fix)" "otherwise the payment will fail"

# --- a run with every sort of end
cat >"$S/nov.csv" <<'CSV'
Emp No,Name,Phone,Rail,Amount,Pay from
T1,Achieng,0712000101,,1500,till
T2,Barasa,254700000100,,430,till
T3,Chebet,0712000108,,700,
T4,Dida,0712000109,SAPAMA-MPESA,800,
CSV
exits "upload" 0 as amina upload "$S/nov.csv" --period 2026-11
like "charges, as the plan calls them" "$(flat)" "4 payments KES 3,430.00 charges about KES 77.20"
RUN=R-2026-11-A
as amina submit $RUN >/dev/null
as brian approve $RUN --confirm-total 3430 >/dev/null
exits "sent" 1 as amina send $RUN --wait
p report $RUN >"$S/out"
like "charges are what the provider says" "$(flat)" "charges, as far as the provider says: KES 10.00 \(estimated KES 77.20\)"

exits "its history" 0 p show $RUN
like "a worker by machine and number" "$(flat)" "batch 1 ready -> [a-z]+ [^(]*\(worker [^/ ]+/[0-9]+\)"
lacks "not by boot and namespace" "pid:\\[" "$S/out"

# --- a lost answer, and nobody to ask
fault_sapama '{"on":"b2c","do":"drop_after"}'
fault_sapama '{"on":"get_transactions","do":"status","http":500,"times":0}'
printf 'Name,Phone,Amount,Pay from\nNjoki,0712000111,900,till\n' >"$S/dec.csv"
NOV=$RUN
approved "$S/dec.csv" 2026-12
sending
lost() { [ "$(p status "$RUN" --json | jq '.batches.in_doubt')" = 1 ]; }
ok "the answer is lost" wait_for 20 lost
exits "status" 0 p status "$RUN"
like "does not call it fine" "$(flat)" "NO ANSWER CAME to 1 of the requests: .* Do not pay these people in another way"
p report "$RUN" >"$S/out"
like "nor does the report" "$(flat)" \
    "1 request was sent whose answer did not come: payrun asks whether it was done. Do not pay these people in another way"
lacks "nothing is called certain" "Nothing is in doubt" "$S/out"
no_faults_sapama
wait "$SEND_PID"
is "asked again, it was done" "$(state) $(count paid.count)" "closed 1"
p report "$RUN" >"$S/out"
like "then it says so" "$(cat "$S/out")" "Nothing is in doubt"
RUN=$NOV

# --- lists
exits "payouts of the till" 0 p payouts --account till
like "failed, in a word" "$(cat "$S/out")" "failed +2040 +KES 430.00"
like "paid, too" "$(cat "$S/out")" "paid +0 +KES 1,500.00"
exits "payouts of the wallet" 0 p payouts
like "the same words" "$(cat "$S/out")" "paid +TS100 +KES 700.00"
exits "its balance" 0 p balance --account till
like "a provider by its name" "$(cat "$S/out")" "till  Sapama Cash  sandbox"
lacks "a failed payment says nothing of the balance" "last seen +KES 0.00" "$S/out"
exits "the till's statement" 0 p statement --account till --from "$TODAY"
like "out is out, by its sign as well" "$(cat "$S/out")" "out +KES -1,500.00"
like "of which days, and what nobody says" "$(flat)" \
    "till, 20[0-9-]+ to 20[0-9-]+: 4 lines in KES 0.00 out KES 3,200.00 no line says what it cost"
exits "the wallet's" 0 p statement --from "$TODAY"
like "the same sign" "$(cat "$S/out")" "out +KES -700.00"
like "with charges" "$(flat)" "out KES 700.00 charges KES 10.00"
exits "as rows" 0 p statement --account till --from "$TODAY" --format csv --quiet
like "the same sign" "$(cat "$S/out")" ",out,-1500.00,"

# --- errands
exits "a message" 0 as amina sms --account till --to 0712345678 --message "hello there"
exits "a wallet" 0 as zawadi wallets create --label Petty
like "called as it was asked for" "$(flat)" "errand 2 wallets create taken number at IntaSend: "
exits "what was asked for" 0 p errands
like "in words" "$(flat)" "asked: phone 254712345678, narrative hello there answer: 1 smses of 1"
lacks "not in braces" "[{}]" "$S/out"
exits "from one provider to the other" 64 as amina transfer --from salaries --to till \
    --amount 5 --confirm-total 5
like "names both, and what can be done" "$(flat)" \
    "salaries is at IntaSend \(sandbox\) and till at Sapama Cash .* fix: pay it into the other one from a phone"
exits "to no account" 64 as amina transfer --amount 5
like "with an example" "$(cat "$S/out")" "fix: payrun transfer --from salaries"
exits "to no wallet" 64 as amina transfer --from salaries --to elsewhere --amount 5
like "who lists them" "$(cat "$S/out")" "IntaSend has no wallet.*payrun wallets the wallets by their numbers"
exits "a payment nobody knows" 65 p payment NOPE
like "where its number is" "$(cat "$S/out")" "fix: payrun errands --json has the numbers"

# --- help and configuration
exits "an account with a slip in its name" 78 p balance --account tilll
like "which was meant" "$(cat "$S/out")" 'did you mean "till"'
exits "one that is far from all" 78 p balance --account bonus
like "all there are" "$(cat "$S/out")" "there are: salaries, till"
exits "codes" 0 p codes
like "a sentence, then what to do" "$(cat "$S/out")" "taken by Sapama; not paid yet\.  Wait;"
exits "a flag with a long value" 0 p help mark
like "has its words on a line" "$(cat "$S/out")" "unreconciled
 +what our books made of it"
like "the sandbox plays both" "$("$PAYRUN" help)" "a stand-in for IntaSend and Sapama Cash"
sed -i 's/    lease_ms: 6000/    lease_ms: 3500/' "$DIR/payrun.yaml"
exits "a lease that is too short" 78 p list
like "and what to write instead" "$(cat "$S/out")" "fix: leave lease_ms out, or make it longer"
config
each_paid_once_at() { is "$1: nobody was paid twice" "$($1 double | jq length)" 0; }
each_paid_once_at books
each_paid_once_at books_sapama
story_end
