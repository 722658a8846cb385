#!/usr/bin/env bash
# One file over all rails of IntaSend, with mistakes: checked, approved, paid,
# and every rail ties with the provider's own books.
. "$(dirname "$0")/../lib/story.sh"
story "one file, every rail"

# Sixty rows, six of them wrong.  Each rail has amounts of its own, so that a
# payment by the wrong rail would show in the sums.
mixed() {
    local i
    echo "Emp No,Name,Phone,Paybill,Till,Account,Account Ref,Bank,Bank Code,Rail,Amount"
    for i in $(seq 10 23); do echo "E1$i,Phone $i,07120000$i,,,,,,,,1$i"; done
    for i in $(seq 10 18); do echo "E2$i,Bill $i,,888880,,,INV/$i,,,,2$i.50"; done
    for i in $(seq 10 17); do echo "E3$i,Till $i,,,5123$i,,,,,,3$i.25"; done
    for i in 10 11 12 13; do echo "E4$i,Code $i,,,,01234567$i,,,68,,4$i.75"; done
    for i in 14 15 16 17; do echo "E4$i,Bank $i,,,,01234567$i,,KCB Bank (Kenya) LTD,,,4$i.75"; done
    for i in 18 19; do echo "E4$i,Old $i,,,,01234567$i,,Barclays,,,4$i.75"; done
    echo "E420,Sort,,,,0123456720,,Equity,068,,420.75"
    echo "E421,Both,0712000099,,,0123456721,,I & M,,pesalink,421.75"
    for i in $(seq 10 15); do echo "E5$i,Wallet $i,07121111$i,,,,,,,INTASEND,5$i.05"; done
    for i in $(seq 10 14); do echo "E6$i,Airtime $i,07120000$i,,,,,,,airtime,6$i"; done
    echo "E701,Two ways,0712000090,,,0123456790,,KCB,,,700"
    echo "E702,No reference,,888880,,,,,,,700"
    echo "E703,No such bank,,,,0123456791,,Equitty Bank,,,700"
    echo "E704,Two banks,,,,0123456792,,KCB,68,,700"
    echo "E705,Too small,,,,0123456793,,KCB,,,99.99"
    echo "E706,Cents by phone,0712000095,,,,,,,,700.50"
}
mixed >"$S/nov.csv"
is "sixty rows" "$(tail -n +2 "$S/nov.csv" | wc -l)" 60

exits "check finds the mistakes" 65 p check "$S/nov.csv" --json
is "each mistake has its own code, line and column" \
   "$(jq -r '[.problems[] | select(.severity != "warning")
              | "\(.code)@\(.line):\(.column)"] | join(" ")' "$S/out")" \
   "PR-CSV-076@56:6 PR-CSV-095@57:7 PR-CSV-096@58:8 PR-CSV-097@59:8 PR-CSV-073@60:11 PR-CSV-025@61:11"
like "the bank that was meant is named" "$(cat "$S/out")" "Equity Bank \(68\)"

exits "the good rows are loaded" 0 as amina upload "$S/nov.csv" --period 2026-11 \
    --accept-good-rows --json
RUN=$(jq -r .run "$S/out")
TOTAL=$(jq -r .total "$S/out")
is "54 rows" "$(jq .rows "$S/out")" 54
is "batches of one rail and one kind of account" \
   "$(sql "SELECT string_agg(rail || ' ' || rows, ', ' ORDER BY rail, rows)
             FROM batch")" \
   "AIRTIME 5, INTASEND 6, MPESA-B2B 8, MPESA-B2B 9, MPESA-B2C 4, MPESA-B2C 10, PESALINK 2, PESALINK 10"
is "names of banks became codes" \
   "$(sql "SELECT string_agg(DISTINCT bank_code, ' ' ORDER BY bank_code)
             FROM instruction WHERE bank_code <> ''")" "1 3 57 68"
as amina submit "$RUN" >/dev/null
ok "a second person approves" as brian approve "$RUN" --confirm-total "$TOTAL"
exits "all are paid" 0 as amina send "$RUN" --wait
is "the run is closed: every sum ties" "$(state)" closed
is "54 paid" "$(count paid.count)" 54

# By rail, in cents: what the file says, what our report says, and what the
# provider says when it is asked for each of its files.
want="AIRTIME 5 306000
INTASEND 6 307530
MPESA-B2B 17 444050
MPESA-B2C 14 163100
PESALINK 12 499500"
sums() {    # sums: "RAIL AMOUNT" lines to "RAIL COUNT CENTS"
    awk '{ sub(/\./, "", $2); n[$1]++; s[$1] += $2 }
         END { for (r in n) print r, n[r], s[r] }' | LC_ALL=C sort
}
p report "$RUN" --format json >"$S/report.json"
is "our report, by rail" \
   "$(jq -r '.payments[] | select(.state == "paid") | "\(.rail) \(.amount)"' \
      "$S/report.json" | sums)" "$want"
status() {  # status TRACKING_ID
    curl -sf "http://127.0.0.1:$PORT/api/v1/send-money/status/" \
        -H "Authorization: Bearer $(cat "$S/key")" -d "{\"tracking_id\":\"$1\"}"
}
for id in $(books payments | jq -r '.[].tracking_id' | sort -u); do
    status "$id" | jq -r '.transactions[] | select(.status_code == "TS100")
                          | "\(.provider) \(.amount)"'
done >"$S/theirs"
is "the provider's files, by rail" "$(sums <"$S/theirs")" "$want"
p report "$RUN" --format csv >"$S/report.csv"
is "the report has a column for each kind of account" \
   "$(head -1 "$S/report.csv" | tr ',' '\n' |
      grep -cxE 'phone|account|bank_code|paybill|till|account_reference')" 6
p report "$RUN" --format text >"$S/report.txt"
for rail in MPESA-B2C MPESA-B2B PESALINK INTASEND AIRTIME; do
    like "the report on paper shows $rail" "$(cat "$S/report.txt")" "$rail"
done
each_paid_once
story_end
