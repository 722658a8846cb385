# What a report says, read back from each format as lines "state count amount",
# amounts in minor units: for the stories that hold the formats against each
# other.  Sourced after story.sh.

# sheet_nr FILE NAME: which part of the workbook a sheet is.
sheet_nr() {
    unzip -p "$1" xl/workbook.xml | grep -o '<sheet name="[^"]*"' |
        grep -nF "\"$2\"" | cut -d: -f1
}

# sheet FILE NAME: a sheet of a workbook as tab-separated lines, numbers as they
# stand in it.
sheet() {
    local n
    n=$(sheet_nr "$1" "$2")
    [ -n "$n" ] || { echo "no sheet $2"; return 1; }
    unzip -p "$1" "xl/worksheets/sheet$n.xml" | perl -0ne '
        sub col { my $n = 0; $n = $n * 26 + ord($_) - 64 for split //, $_[0]; $n }
        while (/<row r="\d+"[^>]*>(.*?)<\/row>/gs) {
            my ($row, @c) = ($1);
            while ($row =~ /<c r="([A-Z]+)\d+"([^>]*)>(.*?)<\/c>/gs) {
                my ($at, $how, $v) = (col($1), $2, $3);
                $v =~ s/<[^>]*>//g;
                $v =~ s/&lt;/</g; $v =~ s/&gt;/>/g; $v =~ s/&quot;/"/g;
                $v =~ s/&amp;/&/g; $v =~ s/[\t\n]/ /g;
                $c[$at - 1] = $v;
            }
            print join("\t", map { $_ // "" } @c), "\n";
        }'
}

# by_state COLUMN-OF-STATE COLUMN-OF-AMOUNT: tab-separated lines with a header
# on stdin, columns by name, added up.
by_state() {
    perl -F'\t' -lane '
        BEGIN { ($s, $a) = splice @ARGV, 0, 2 }
        chomp @F;
        if ($. == 1) { for my $i (0 .. $#F) { $is = $i if $F[$i] eq $s;
                                              $ia = $i if $F[$i] eq $a } next }
        $n{$F[$is]}++; $m{$F[$is]} += sprintf "%.0f", $F[$ia] * 100;
        END { print "$_ $n{$_} $m{$_}" for sort keys %n }' "$1" "$2"
}

# csv_tabs: a CSV on stdin as tab-separated lines.
csv_tabs() {
    perl -0777 -ne '
        s/^\xEF\xBB\xBF//;
        while (length) {
            my @f;
            while (1) {
                if (s/^"((?:[^"]|"")*)"//) { (my $v = $1) =~ s/""/"/g;
                    $v =~ s/[\t\n]/ /g; push @f, $v }
                else { s/^([^,\n]*)//; push @f, $1 }
                last unless s/^,//;
            }
            s/^\r?\n//;
            print join("\t", @f), "\n";
        }'
}

# from_lines: "paid   152  95.5 %  4,789,785.00" and the like, as people read
# them in the text, on the page and on paper.
from_lines() {
    perl -ne 's/,(?=\d)//g; s/KES//g; s/\xC2\xA0/ /g;
        print "$1 $2 ", $3 * 100 + $4, "\n" if
            /^\s*(paid|failed|in doubt|cancelled|waiting|sent, no answer yet)\s+(\d+)(?:\s+[<\d.]+ ?\d*\.?\d* %)?\s+(\d+)\.(\d\d)\s*$/'
}
