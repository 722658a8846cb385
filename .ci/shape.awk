# usage: LC_ALL=C awk -f .ci/shape.awk FILES
# No file over 600 lines, no line of C over 100 columns; outside of tests no
# function over 70 lines, no header over 160.
function file_end() {
    if (lines > 600) complain(prev ": " lines " lines, 600 is the limit")
    if (prev ~ /\.h$/ && lines > 160 && !tests)
        complain(prev ": a header of " lines " lines, 160 is the limit")
}
function complain(text) { print text; bad = 1 }
FNR == 1 {
    if (prev != "") file_end()
    prev = FILENAME
    open = 0
    tests = FILENAME ~ /^tests\//
}
{ lines = FNR }
FILENAME ~ /\.[ch]$/ && length($0) > 100 {
    columns = $0
    gsub(/[\200-\277]/, "", columns)      # the rest of a letter's bytes
    if (length(columns) > 100)
        complain(FILENAME ":" FNR ": " length(columns) " columns, 100 is the limit")
}
/^\{/ { open = FNR }
/^\}/ {
    if (open && FNR - open - 1 > 70 && !tests)
        complain(FILENAME ":" open ": a function of " FNR - open - 1 " lines, 70 is the limit")
    open = 0
}
END { file_end(); exit bad }
