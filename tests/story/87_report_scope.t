#!/usr/bin/env bash
# Reports of a month and of an account add up to their runs; every try of a
# payment on one line; breaks with their age; advice for each payee.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/report_read.sh"
story "a month, an account, a payee" --fail-per-mille 150 --seed 4
BATCH_ROWS=20 config

payroll 40 3 >"$S/nov.csv"
payroll 15 9 >"$S/bonus.csv"
ok "a main run" approved "$S/nov.csv" 2026-11
as amina send "$RUN" --wait >/dev/null 2>&1
main=$RUN
ok "a bonus run" approved "$S/bonus.csv" 2026-11 bonus
as amina send "$RUN" --wait >/dev/null 2>&1
payroll 5 4 >"$S/oct.csv"
ok "October, not sent" approved "$S/oct.csv" 2026-10
october=$RUN
as amina retry "$main" >/dev/null 2>&1 || true

# --- a month
ok "the month in every format that has one" p report --period 2026-11 \
    --format text,csv,json,html,xlsx,pdf,camt.054 --output "$S/month"
M=$S/month/2026-11
truth=$(sql "SELECT 'paid ' || count(*) || ' ' || sum(o.minor) FROM outcome o
               JOIN run r ON r.run_id = o.batch_id / 100000
              WHERE r.period = '2026-11' AND o.state = 'paid'")
paid() { grep '^paid ' | head -1; }
is "json" "$(jq -r '.summary.paid | "paid \(.count) \(.amount)"' "$M.json" | tr -d .)" "$truth"
is "... and the sum of its runs" "$(jq -r '[.list.runs[] | select(.sum | not) | .paid_count] | add' "$M.json")" \
   "$(cut -d' ' -f2 <<<"$truth")"
is "text" "$(from_lines <"$M.txt" | paid)" "$truth"
is "pdf" "$(pdftotext -layout "$M.pdf" - | from_lines | paid)" "$truth"
is "html" "$(perl -0pe 's/<svg.*?<\/svg>//gs; s/\n//g; s/<\/tr>/\n/g; s/<[^>]*>/ /g' "$M.html" | from_lines | paid)" "$truth"
is "xlsx" "$(sheet "$M.xlsx" Summary | perl -F'\t' -lane 'printf "paid %d %.0f\n", $F[1], $F[3] * 100 if $F[0] eq "paid"')" "$truth"
is "csv: a run a line" "$(csv_tabs <"$M.csv" | perl -F'\t' -lane 'if ($. == 1) { ($n) = grep { $F[$_] eq "paid" } 0 .. $#F; ($c) = grep { $F[$_] eq "paid_count" } 0 .. $#F; next }
    $k += $F[$c]; $m += sprintf "%.0f", $F[$n] * 100; END { print "paid $k $m" }')" "$truth"
is "camt.054: what was booked, payment by payment" \
   "paid $(perl -0ne 'my ($n, $m) = (0, 0); while (/<TxDtls>.*?<Amt Ccy="KES">(\d+)\.(\d\d)</gs) { $n++; $m += "$1$2" } print "$n $m"' "$M.camt.054.xml")" "$truth"
ok "... and valid" xmllint --noout --schema "$(dirname "$0")/../data/iso20022/camt.054.001.02.xsd" "$M.camt.054.xml"
is "October is not in it" "$(grep -c "$october" "$M.csv")" 0

# --- an account
p report --account salaries --format json >"$S/account.json"
is "the account has October too" "$(jq -r '[.list.runs[].run] | index("'"$october"'") != null' "$S/account.json")" true
exits "an account that pays nothing" 64 p report --account nobody
like "... says so" "$(cat "$S/out")" "no sandbox run paid from nobody"
exits "a month that is none" 64 p report --period 2026-13x
exits "a run and a month" 64 p report "$main" --period 2026-11
exits "a month as pain.002" 64 p report --period 2026-11 --format pain.002
exits "a month of which nothing was paid, as camt.054" 64 p report --period 2026-10 --format camt.054
exits "several formats on a screen" 64 p report "$main" --format csv,json

# --- all tries on one line
p report "$main" --format json >"$S/main.json"
is "every payment that failed was tried twice" "$(jq '.tables.tries | length' "$S/main.json")" \
   "$(jq '.summary.failed.count' "$S/main.json")"
like "... and both tries are named" "$(jq -r '.tables.tries[0].way' "$S/main.json")" \
    "$main line [0-9]+: failed .*; R-2026-11-[A-Z]+ line [0-9]+: no answer yet"

# --- breaks
as amina reconcile "$main" >/dev/null 2>&1
breaks=$(p breaks "$main" --json | jq '.breaks | length')
ok "without a statement there are breaks" test "$breaks" -gt 0
p report "$main" --format json,xlsx --output "$S/broken" 2>/dev/null
is "the report has them" "$(jq '.tables.breaks | length' "$S/broken/$main.json")" "$breaks"
is "... priced alike" "$(jq -r '[.tables.breaks[].amount | gsub("[.]"; "") | tonumber] | add' "$S/broken/$main.json")" \
   "$(sql "SELECT sum(minor) FROM break")"
is "... and the workbook" "$(sheet "$S/broken/$main.xlsx" Breaks | tail -n +2 | wc -l)" "$breaks"

# --- advice
line=$(jq -r '[.payments[] | select(.state == "paid")][0].line' "$S/main.json")
p advice "$main" --line "$line" >"$S/advice"
like "the payee's advice" "$(cat "$S/advice")" 'KES [0-9,.]+ was paid to you'
like "... has the receipt" "$(cat "$S/advice")" \
    "Receipt +$(jq -r '[.payments[] | select(.state == "paid")][0].receipt' "$S/main.json")"
ok "all of them, on paper" p advice "$main" --output "$S/advice.pdf"
is "one for each that was paid" "$(pdftotext "$S/advice.pdf" - | grep -c 'was paid to you')" \
   "$(jq .summary.paid.count "$S/main.json")"
exits "a line that is none" 64 p advice "$main" --line 99999
each_paid_once
story_end
