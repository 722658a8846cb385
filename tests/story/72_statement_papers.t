#!/usr/bin/env bash
# The stand-ins write their own books as M-Pesa, banks and SWIFT would; payrun
# reads each format and finds the same money, to the shilling, once.
. "$(dirname "$0")/../lib/story.sh"
story "statements that the stand-ins write" --charge 25
and_a_till
cat >>"$DIR/payrun.yaml" <<YAML
statements:
  - name: bank
    columns:
      date: Transaction Date
      value_date: Value Date
      text: Narrative
      reference: Reference
      out: Debit
      in: Credit
      balance: Running Balance
      id: Id
      account: Payee Account
      name: Payee
    dates: DD/MM/YYYY
    amounts: two_columns
YAML
printf 'Name,Phone,Amount\nAma,254711000001,1500\nBea,254711000002,2750\nCyd,254700000100,900\nDan,254700000700,4000\n' >"$S/a.csv"
ok "paid at IntaSend" approved "$S/a.csv" 2026-11
as amina send "$RUN" --confirm-total "$TOTAL" --wait >/dev/null 2>&1
printf 'Name,Phone,Amount,Rail\nEve,254722000001,1100,SAPAMA-MPESA\nFay,254722000002,650,SAPAMA-MPESA\n' >"$S/b.csv"
run_b=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --json | jq -r .run)
as amina submit "$run_b" >/dev/null
as brian approve "$run_b" --confirm-total 1750 >/dev/null
exits "and at Sapama" 0 as amina send "$run_b" --confirm-total 1750 --wait

out=$(books summary | jq -r '"\(.paid_total) \(.charges_total)"' | awk '{ printf "%.2f", $1 + $2 }')
closing=$(books summary | jq -r '.wallets[0].current_balance')
out_till=$(books_sapama summary | jq -r '"\(.paid_total) \(.charges_total)"' | awk '{ printf "%.2f", $1 + $2 }')
row() { jq -r "$1" "$S/out"; }
for format in mpesa camt053 mt940 bank-csv; do
    map=
    [ $format != bank-csv ] || map="--map bank"
    books "statement?format=$format" >"$S/wallet.$format"
    exits "IntaSend's as $format" 0 as amina statement import "$S/wallet.$format" --account salaries $map --json
    is "$format: known by its content" "$(row .format)" $format
    is "$format: what went out is what was paid" "$(row .out)" "$out"
    is "$format: it ends with what is there" "$(row '.closing | tonumber')" "$(jq -n "$closing | tonumber")"
    books_sapama "statement?format=$format" >"$S/till.$format"
    exits "Sapama's as $format" 0 as amina statement import "$S/till.$format" --account till $map --json
    is "$format: the same at Sapama" "$(row .out)" "$out_till"
done
is "M-Pesa's and the bank's are books of their own, each payment once in each" \
   "$(sql "SELECT book, count(*), sum(minor) FROM statement_line l JOIN funding_account a USING (account_id)
            WHERE a.name = 'till' AND minor < 0 GROUP BY book ORDER BY book" | xargs)" \
   "bank|4|-180000 mpesa|4|-180000"
is "by receipt and reference of ours" \
   "$(sql "SELECT count(DISTINCT (batch_id, seq)) FROM statement_line l JOIN instruction i USING (batch_id, seq)
            WHERE l.kind = 'payment' AND l.minor = -i.minor")" \
   "$(($(books summary | jq .payments) + 2))"
is "no gap between them" "$(p statement list --json | jq '.gaps | length')" 0
is "a format that it has not" \
   "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/_books/statement?format=pdf")" 400
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
