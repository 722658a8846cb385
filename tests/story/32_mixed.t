#!/usr/bin/env bash
# Twenty thousand payments in one file: every rail of both providers, three
# funding accounts, a few people who cannot be paid.  Planned, approved, paid,
# followed, and tied with the books of all three.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=500
story "twenty thousand, every rail" --balance 2000000000.00

"$PAYRUN" sandbox --listen 127.0.0.1:0 --books "$S/books2" --port-file "$S/port2" \
    --latency-ms 500 --speed 1000 --balance 2000000000.00 >>"$LOG.sandbox2" 2>&1 &
wait_for 10 test -s "$S/port2" || bail "no second sandbox"
PORT2=$(cat "$S/port2")
books2() { curl -sf "http://127.0.0.1:$PORT2/_books/$1"; }
curl -sf -X POST "http://127.0.0.1:$SPORT/_wallet" \
    -d '{"balance":"2000000000.00"}' >/dev/null || bail "no money at Sapama"

account() {
    printf '  - name: %s\n    provider: %s\n    base_url: %s\n' "$1" "$2" "$3"
    shift 3
    printf '    %s\n' "$@" "poll_first_ms: 500" "poll_cap_ms: 2000"
}
{
    echo "default_account: salaries"
    echo "accounts:"
    account salaries intasend "http://127.0.0.1:$PORT/api/v1/" \
        "key: file:$S/key" "challenge: file:$S/challenge"
    account wages intasend "http://127.0.0.1:$PORT2/api/v1/" "key: file:$S/key"
    account till sapama "http://127.0.0.1:$SPORT/api/" \
        "key: file:$S/api_key" "secret: file:$S/api_secret" \
        'location_id: "2"' 'short_code: "830830"' \
        "callback_url: http://127.0.0.1:9/callback/till"
    echo "routes:"
    echo "  - { rail: SAPAMA-MPESA, account: till }"
    echo "  - { rail: SAPAMA-EQUITEL, account: till }"
} >"$DIR/payrun.yaml"

# Every 1000th phone at IntaSend is a number that is not registered.
awk 'BEGIN {
    print "Emp No,Name,Phone,Account,Bank Code,Paybill,Till,Account Reference,Rail,Amount,Pay from"
    for (i = 1; i <= 20000; i++) {
        phone = sprintf("2547%08d", 12000000 + i)
        amount = 500 + i % 9000
        if (i <= 8000) {
            if (i % 1000 == 0) phone = sprintf("2547000001%02d", (i / 1000) * 7 % 84)
            row = phone ",,,,,,," amount ","
        } else if (i <= 11000)
            row = "," sprintf("0123%08d", i) ",68,,,,," amount ".50,"
        else if (i <= 12000)
            row = ",,,247247,," "AC" i ",," amount ","
        else if (i <= 13000)
            row = ",,,," 500000 + i ",,," amount ","
        else if (i <= 13500)
            row = phone ",,,,,,INTASEND," amount ","
        else if (i <= 14000)
            row = phone ",,,,,,AIRTIME," 20 + i % 900 ","
        else if (i <= 16000)
            row = phone ",,,,,,," amount ",wages"
        else if (i <= 19500)
            row = phone ",,,,,,SAPAMA-MPESA," amount ","
        else
            row = sprintf("2547%08d", 63000000 + i) ",,,,,,SAPAMA-EQUITEL," amount ","
        print "E" i ",Payee " i "," row
    }
}' >"$S/all.csv"

exits "planned without a database" 0 p plan "$S/all.csv" --json
is "every rail of both providers, three accounts" \
   "$(jq -r '[.. | objects | select(has("rail") and has("account")) | .rail]
             | unique | join(" ")' "$S/out")" \
   "AIRTIME INTASEND MPESA-B2B MPESA-B2C PESALINK SAPAMA-EQUITEL SAPAMA-MPESA"
ok "uploaded and approved by two people" approved "$S/all.csv" 2026-11
is "20,000 of them" "$ROWS" 20000
exits "some certainly failed: exit code 1" 1 as amina send "$RUN" --wait
is "the run is closed: every sum ties" "$(state)" closed
is "eight numbers are not registered" "$(count failed.count)" 8
is "all others are paid" "$(count paid.count)" 19992

sums() {        # what the book says an account paid: count and minor units
    sql "SELECT count(*) || ' ' || sum(o.minor)
           FROM outcome o JOIN batch b USING (batch_id)
           JOIN funding_account a USING (account_id)
          WHERE o.state = 'paid' AND a.name = '$1'"
}
is "the first wallet's books" \
   "$(books summary | jq -r '"\(.payments) \(.paid_minor)"')" "$(sums salaries)"
is "the second wallet's books" \
   "$(books2 summary | jq -r '"\(.payments) \(.paid_minor)"')" "$(sums wages)"
is "the till's books" \
   "$(books_sapama summary | jq -r '"\(.payments) \(.paid_minor)"')" "$(sums till)"
is "nobody twice, in none of them" \
   "$(for b in books books2 books_sapama; do $b double | jq length; done | xargs)" \
   "0 0 0"
is "asked for and ended, row by row" \
   "$(sql "SELECT count(*) FROM instruction LEFT JOIN outcome USING (batch_id, seq)
            WHERE outcome.seq IS NULL")" 0
exits "its evidence pack is written and holds: a raw answer for each of them" 0 \
    p evidence "$RUN" --output "$S/pack.tar"
# Statements of one account by default: RECONCILE="salaries wages till" for all of
# them.  A minute is no measure, but what grows with the square takes longer.
DAY=$(TZ=Africa/Nairobi date +%F)
for a in ${RECONCILE:-wages}; do
    ok "the statement of $a" as amina statement --pull "$a" --from "$DAY" --to "$SOON"
    exits "... reconciles to nothing unexplained" 0 timeout 60 "$PAYRUN" reconcile \
        --account "$a" --to "$SOON" --json --dir "$DIR" --as amina
    is "... all that was paid by it is on it" \
       "$(jq -r '"\(.matched) \(.list | length) \([.balances[] | select(.off != "0.00")] | length)"' "$S/out")" \
       "$(sums "$a" | cut -d" " -f1) 0 0"
done
is "no code is unknown" "$(p codes --unknown --json | jq '.unknown | length')" 0
story_end
