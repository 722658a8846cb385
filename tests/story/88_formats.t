#!/usr/bin/env bash
# The payroll as an Excel workbook and as a payment order (pain.001): mistakes
# are named by cell and element, the corrected file is paid, and the same
# payroll in another format is found to be the same.
. "$(dirname "$0")/../lib/story.sh"
story "Excel and pain.001"

# workbook FILE: the sheet on stdin becomes FILE.  Perl's zip writer and these
# lines know nothing of payrun's reader.
workbook() {
    perl -MIO::Compress::Zip=:all -e '
        my $o = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        my $m = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        my $p = "http://schemas.openxmlformats.org/package/2006/relationships";
        local $/; my $sheet = <STDIN>;
        my @parts = (
            "_rels/.rels" => qq(<Relationships xmlns="$p"><Relationship Id="r1"
                Type="$o/officeDocument" Target="xl/workbook.xml"/></Relationships>),
            "xl/workbook.xml" => qq(<workbook xmlns="$m" xmlns:r="$o"><sheets>
                <sheet name="Salaries" sheetId="1" r:id="r1"/></sheets></workbook>),
            "xl/_rels/workbook.xml.rels" => qq(<Relationships xmlns="$p">
                <Relationship Id="r1" Type="$o/worksheet"
                Target="worksheets/sheet1.xml"/></Relationships>),
            "xl/worksheets/sheet1.xml" => qq(<worksheet xmlns="$m">$sheet</worksheet>));
        my $z;
        while (my ($name, $text) = splice @parts, 0, 2) {
            if ($z) { $z->newStream(Name => $name) }
            else { $z = IO::Compress::Zip->new($ARGV[0], Name => $name) or die }
            $z->print($text);
        }
        $z->close or die' "$1"
}

# cells ROW VALUE...: numbers as numbers, "=formula|value", the rest as text.
cells() {
    local row=$1 col=0 letter v
    shift
    printf '<row r="%s">' "$row"
    for v; do
        letter=$(printf "\\x$(printf %x $((65 + col)))")
        col=$((col + 1))
        case $v in
            '') ;;
            =*) printf '<c r="%s%s"><f>%s</f><v>%s</v></c>' "$letter" "$row" \
                "$(cut -d'|' -f1 <<<"${v#=}")" "${v#*|}" ;;
            *[!0-9.]*) printf '<c r="%s%s" t="inlineStr"><is><t>%s</t></is></c>' \
                "$letter" "$row" "$v" ;;
            *) printf '<c r="%s%s"><v>%s</v></c>' "$letter" "$row" "$v" ;;
        esac
    done
    printf '</row>'
}

{
    printf '<sheetData>'
    cells 1 "Staff No" Name Phone "Net Pay" Grade
    cells 2 E1 "Achieng Otieno" 712345601 15000 J
    cells 3 E2 "Brian Mwangi" 712 20000 K
    cells 4 E3 "Cynthia Wairimu" 712345603 "=1000+500|1500" K
    cells 5 E4 "David Kiptoo" 712345604 "KES 1,250.00" L
    cells 6 "" Total "" "=SUM(D2:D5)|37750"
    printf '</sheetData>'
} | workbook "$S/bad.xlsx"
exits "the workbook has mistakes" 65 p check "$S/bad.xlsx" --json
is "each named by its cell" "$(jq -r '[.problems[] | select(.severity == "error") |
    "\(.code) \(.place)"] | sort | join(", ")' "$S/out")" \
    "PR-CSV-017 C3, PR-XLS-010 D4"
exits "and on screen" 65 p check "$S/bad.xlsx"
like "as a person looks for it" "$(cat "$S/out")" 'bad.xlsx:C3  phone "712"'
like "with what to do" "$(cat "$S/out")" "Paste Special, Values"
exits "nothing of it is stored" 65 as amina upload "$S/bad.xlsx" --period 2026-11
is "no run" "$(p list --json | jq '.runs | length')" 0
is "rejects in the user's own columns" "$(head -1 "$S/bad.rejects.csv" | tr -d '\r\357\273\277')" \
    "payrun problem,payrun fix,Staff No,Name,Phone,Net Pay,Grade"

{
    printf '<sheetData>'
    cells 1 "Staff No" Name Phone "Net Pay" Grade
    cells 2 E1 "Achieng Otieno" 712345601 15000 J
    cells 3 E2 "Brian Mwangi" 254712345602 20000 K
    cells 4 E3 "Cynthia Wairimu" 712345603 1500 K
    cells 5 E4 "David Kiptoo" 712345604 "KES 1,250.00" L
    cells 6 "" Total "" "=SUM(D2:D5)|37750"
    printf '</sheetData>'
} | workbook "$S/nov.xlsx"
exits "a sheet that is not there" 65 p check "$S/nov.xlsx" --sheet Wages
like "those that are, are named" "$(cat "$S/out")" 'its sheets are "Salaries"'
ok "corrected: upload, submit, approve" approved "$S/nov.xlsx" 2026-11
is "four people" "$ROWS" 4
is "the total" "$TOTAL" 37750.00
is "it says what it read" "$(sql "SELECT encoding FROM source_file")" \
    'Excel, sheet "Salaries"'
exits "all paid" 0 as amina send "$RUN" --wait
is "the column nobody knows is kept" "$(p report "$RUN" --format csv | grep -c Kiptoo.*L)" 1

# The same people as a payment order.
order() {       # order SUM DAY
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M1</MsgId><NbOfTxs>2</NbOfTxs><CtrlSum>$1</CtrlSum></GrpHdr>
<PmtInf><PmtMtd>TRF</PmtMtd>$2
<CdtTrfTxInf><PmtId><EndToEndId>E2E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="KES">5000.00</InstdAmt></Amt>
<Cdtr><Nm>Faith Njeri</Nm></Cdtr><CdtrAcct><Prxy><Tp><Cd>TELE</Cd></Tp><Id>+254-712345605</Id></Prxy></CdtrAcct></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E2E-2</EndToEndId></PmtId><Amt><InstdAmt Ccy="KES">${3:-6000}</InstdAmt></Amt>
<Cdtr><Nm>George Ouma</Nm></Cdtr><CdtrAcct><Id><Othr><Id>0712345606</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>
XML
}
order 11001.00 "" >"$S/bad.xml"
exits "a control sum that does not tie" 65 p check "$S/bad.xml"
like "both sums and the difference" "$(cat "$S/out")" \
    "says 11001.00, they add up to 11000.00; declared 1.00 more"
exits "good rows do not go ahead" 65 as amina upload "$S/bad.xml" \
    --period 2026-11 --kind bonus --accept-good-rows
order 5001.00 "" 1.00 >"$S/low.xml"
exits "a payment that cannot be made" 65 p check "$S/low.xml"
like "its place is the payment and its element" "$(cat "$S/out")" \
    "low.xml: payment 2 \(Amt/InstdAmt\)"
order 11000.00 "<ReqdExctnDt><Dt>2020-01-31</Dt></ReqdExctnDt>" >"$S/day.xml"
exits "a day that nobody confirmed" 64 as amina upload "$S/day.xml" \
    --period 2026-11 --kind bonus
like "is asked for" "$(cat "$S/out")" "--pay-date 2020-01-31"
order 11000.00 "" >"$S/bonus.xml"
ok "a good order is approved" approved "$S/bonus.xml" 2026-11 bonus
exits "and paid" 0 as amina send "$RUN" --wait
is "the reference is the order's" \
    "$(sql "SELECT string_agg(reference, ' ' ORDER BY reference) FROM instruction
             WHERE reference <> ''")" "E2E-1 E2E-2"
printf 'Name,Phone,Amount,Reference\nGeorge Ouma,0712345606,6000,E2E-2\nFaith Njeri,0712345605,5000.00,E2E-1\n' \
    >"$S/again.csv"
exits "the same payroll as CSV is the same payroll" 4 as amina upload \
    "$S/again.csv" --period 2026-11 --kind bonus
like "and says so" "$(cat "$S/out")" "PR-DUP-002"
each_paid_once

# What comes back is given back from any kind of file (the answers by hand).
sql "UPDATE outcome SET state = 'returned', code = 'R1', reason = 'sent back' WHERE seq = 2" >/dev/null
row() { p rejects "$1" 2>/dev/null | tail -n +2 | cut -d, -f4- | tr -d '\r'; }
is "a row of the workbook" "$(row R-2026-11-A)" "E2,Brian Mwangi,254712345602,20000,K"
like "a payment of the order" "$(row R-2026-11-B)" 'George Ouma,0712345606,6000,.*E2E-2'
story_end
