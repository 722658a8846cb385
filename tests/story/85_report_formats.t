#!/usr/bin/env bash
# One run in every format: each is read back, and all say the same by state, to
# the cent, as the database does.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/report_read.sh"
story "every format says the same" --fail-per-mille 60 --seed 4
BATCH_ROWS=40 config
DATA=$(dirname "$0")/../data/iso20022

# 159 people of three departments; some rows a spreadsheet would run.
people() {      # people MONTH
    echo 'Staff No,Full Name,Mobile,Net,Department,Branch,Shift,Memo'
    local i d
    for i in $(seq 1 160); do
        [ "$1:$i" != 1:5 ] && [ "$1:$i" != 2:9 ] || continue
        d='Head office'
        [ $((i % 3)) != 0 ] || d='"Field, North"'
        [ $((i % 7)) != 0 ] || d=Factory
        printf 'E%03d,Wanjiku & Sons <%d>,%s,%d,%s,%s,S%d,=memo %d\n' $i $i \
            "$([ "$1:$i" = 2:30 ] && echo 0712999030 || echo 07$((12000000 + i)))" \
            $((20000 + i * 137 + ($1 - 1) * (i % 9 == 0) * 4000)) "$d" \
            "$([ $((i % 2)) = 0 ] && echo Nairobi || echo Mombasa)" $((i % 3)) $i
    done
}
people 1 >"$S/oct.csv"
people 2 >"$S/nov.csv"
ok "October" approved "$S/oct.csv" 2026-10
as amina send "$RUN" --wait >/dev/null
ok "November" approved "$S/nov.csv" 2026-11
as amina send "$RUN" --wait >/dev/null
each_paid_once

# States a quiet sandbox does not give: put there by hand, with the counters.
sql "UPDATE outcome SET state = 'in_doubt', receipt = NULL, code = 'PR-ASK'
      WHERE batch_id % 100000 = 2 AND batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN')
        AND state = 'paid' AND seq IN (3, 4, 5)" >/dev/null
sql "UPDATE outcome SET state = 'returned', code = 'R1', reason = 'sent back'
      WHERE batch_id % 100000 = 3 AND batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN')
        AND state = 'paid' AND seq IN (6, 7)" >/dev/null
sql "UPDATE batch b SET paid_rows = t.p, paid_minor = t.pm, failed_rows = t.f,
            failed_minor = t.fm, doubt_rows = t.d, doubt_minor = t.dm
       FROM (SELECT batch_id, count(*) FILTER (WHERE state = 'paid') AS p,
                    coalesce(sum(minor) FILTER (WHERE state = 'paid'), 0) AS pm,
                    count(*) FILTER (WHERE state IN ('failed', 'returned')) AS f,
                    coalesce(sum(minor) FILTER (WHERE state IN ('failed', 'returned')), 0) AS fm,
                    count(*) FILTER (WHERE state = 'in_doubt') AS d,
                    coalesce(sum(minor) FILTER (WHERE state = 'in_doubt'), 0) AS dm
               FROM outcome GROUP BY batch_id) AS t
      WHERE b.batch_id = t.batch_id" >/dev/null

ok "all formats at once, into a folder" p report "$RUN" \
    --format text,csv,json,html,xlsx,pdf,pain.002,camt.054 --output "$S/reports"
O=$S/reports/$RUN
is "the files are their owner's only" \
   "$(stat -c %a "$S"/reports/* | sort -u)" 600

# --- by payment: csv, json, xlsx, pain.002 -----------------------------------
truth=$(sql "SELECT replace(o.state::text, '_', ' ') || ' ' || count(*) || ' ' || sum(i.minor)
               FROM instruction i
               JOIN outcome o USING (batch_id, seq)
               JOIN run r ON r.run_id = i.batch_id / 100000
              WHERE r.ref = '$RUN' GROUP BY o.state
              ORDER BY o.state::text COLLATE \"C\"")
is "four states" "$(wc -l <<<"$truth")" 4
is "csv" "$(csv_tabs <"$O.csv" | by_state state amount)" "$truth"
is "json" "$(jq -r '.payments[] | [.state, .amount] | @tsv' "$O.json" | tr _ ' ' |
    { printf 'state\tamount\n'; cat; } | by_state state amount)" "$truth"
is "xlsx" "$(sheet "$O.xlsx" Payments | by_state State 'Amount, KES')" "$truth"
is "pain.002, by transaction" "$(perl -0ne 'while (/<TxInfAndSts>(.*?)<\/TxInfAndSts>/gs) { my $t = $1;
        $t =~ /<TxSts>(\w+)/; my $s = $1; $s = "RETURNED" if $t =~ /<Prtry>RETURNED</;
        $t =~ /<InstdAmt Ccy="KES">([\d.]+)</;
        print {ACSC => "paid", RJCT => "failed", PDNG => "in doubt", RETURNED => "returned"}->{$s}, "\t$1\n" }' "$O.pain.002.xml" |
    { printf 'state\tamount\n'; cat; } | by_state state amount)" "$truth"

# --- by state: what people sign ------------------------------------------------
# returned money counts as failed there: it is not with the payee
sums=$(perl -ne '($s, $n, $m) = /^(.*) (\d+) (\d+)$/; $s = "failed" if $s eq "returned";
       $n{$s} += $n; $m{$s} += $m; END { printf "%s %d %d\n", $_, $n{$_}, $m{$_}
       for "paid", "failed", "in doubt" }' <<<"$truth")
first3() { grep -E '^(paid|failed|in doubt) ' | head -3; }
is "text" "$(from_lines <"$O.txt" | first3)" "$sums"
is "pdf" "$(pdftotext -layout "$O.pdf" - | from_lines | first3)" "$sums"
is "html" "$(perl -0pe 's/<svg.*?<\/svg>//gs; s/\n//g; s/<\/tr>/\n/g; s/<[^>]*>/ /g' "$O.html" |
    from_lines | first3)" "$sums"
is "json, summary" "$(jq -r '.summary | "paid \(.paid.count) \(.paid.amount)",
    "failed \(.failed.count) \(.failed.amount)",
    "in doubt \(.in_doubt.count) \(.in_doubt.amount)"' "$O.json" | tr -d .)" "$sums"
is "xlsx, summary" "$(sheet "$O.xlsx" Summary |
    perl -F'\t' -lane 'printf "%s %d %.0f\n", $F[0], $F[1], $F[3] * 100 if $F[0] =~ /^(paid|failed|in doubt)$/' |
    first3)" "$sums"
is "pain.002, for the group" "$(perl -0ne '/<OrgnlGrpInfAndSts>(.*?)<\/OrgnlGrpInfAndSts>/s; my $g = $1;
    my %is = (ACSC => "paid", RJCT => "failed", PDNG => "in doubt");
    while ($g =~ /<DtldNbOfTxs>(\d+)<.*?<DtldSts>(\w+)<.*?<DtldCtrlSum>(\d+)\.(\d\d)</gs) {
        print "$is{$2} $1 $3$4\n" }' "$O.pain.002.xml")" "$sums"
is "... and the sum of its batches" "$(perl -0ne 'my %n; my %m; my %is = (ACSC => "paid", RJCT => "failed", PDNG => "in doubt");
    while (/<OrgnlPmtInfAndSts>(.*?)<TxInf/gs) { my $b = $1;
        while ($b =~ /<DtldNbOfTxs>(\d+)<.*?<DtldSts>(\w+)<.*?<DtldCtrlSum>(\d+)\.(\d\d)</gs) { $n{$2} += $1; $m{$2} += "$3$4" } }
    print "$is{$_} $n{$_} $m{$_}\n" for "ACSC", "RJCT", "PDNG"' "$O.pain.002.xml")" "$sums"
is "camt.054: the debits are what was paid, item by item" \
   "paid $(perl -0ne 'my ($n, $m, $t) = (0, 0, 0);
    while (/<TxDtls>.*?<Amt Ccy="KES">(\d+)\.(\d\d)</gs) { $n++; $m += "$1$2" }
    while (/<TtlAmt Ccy="KES">(\d+)\.(\d\d)</g) { $t += "$1$2" }
    print $m == $t ? "$n $m" : "$m is not $t"' "$O.camt.054.xml")" "$(head -1 <<<"$sums")"

# --- what each format owes its reader ---------------------------------------------
ok "pain.002 is valid" xmllint --noout --schema "$DATA/pain.002.001.03.xsd" "$O.pain.002.xml"
ok "camt.054 is valid" xmllint --noout --schema "$DATA/camt.054.001.02.xsd" "$O.camt.054.xml"
sed 's/<TxSts>ACSC/<TxSts>PAID/' "$O.pain.002.xml" >"$S/bad.xml"
exits "... and the schema would notice" 3 xmllint --noout --schema "$DATA/pain.002.001.03.xsd" "$S/bad.xml"
unzip -qo "$O.xlsx" -d "$S/x"
is "no cell of the workbook is a formula" "$(cat "$S"/x/xl/worksheets/*.xml | grep -c '<f>')" 0
is "phones are text" "$(sheet "$O.xlsx" Payments | sed -n 2p | cut -f4)" 254712000001
is "... by their type, not by luck" "$(grep -c '<c r="D2" s="[0-9]*" t="inlineStr"' \
    "$S/x/xl/worksheets/sheet$(sheet_nr "$O.xlsx" Payments).xml")" 1
like "the head stays, lists have filters" \
    "$(cat "$S/x/xl/worksheets/sheet$(sheet_nr "$O.xlsx" Payments).xml")" '<pane .*state="frozen".*<autoFilter '
pages=$(pdfinfo "$O.pdf" | sed -n 's/^Pages: *//p')
is "every page says which of how many it is" \
   "$(pdftotext -layout "$O.pdf" - | grep -oE "Page [0-9]+ of $pages" | sort -u | wc -l)" "$pages"
like "it is A4" "$(pdfinfo "$O.pdf")" 'A4'
like "there is where to sign" "$(pdftotext "$O.pdf" -)" 'Prepared by.*Checked by.*Approved by'
is "the page fetches nothing" "$(grep -cE '(src|href)="https?:|<script' "$O.html")" 0

# --- beside October -----------------------------------------------------------------
is "who is new, gone, moved" "$(jq -r '[.tables.compare[] | select(.group != null) | "\(.group) \(.who)"] |
    map(select(test("^(New|No longer|Other)"))) | join("; ")' "$O.json")" \
   "New: 1 E005; No longer there: 1 E009; Other account or phone: 1 E030"
is "departments add up to the run" "$(jq '[.tables.department[].count] | add' "$O.json")" 159
is "... also in the workbook" "$(sheet "$O.xlsx" 'By department' | tail -n +2 |
    awk -F'\t' '{ n += $2 } END { print n }')" 159
story_end
