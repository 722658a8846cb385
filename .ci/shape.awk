# usage: awk -f .ci/shape.awk FILES
# No file over 600 lines, no function over 70, no header over 160.
function file_end() {
    if (lines > 600) complain(prev ": " lines " lines, 600 is the limit")
    if (prev ~ /\.h$/ && lines > 160)
        complain(prev ": a header of " lines " lines, 160 is the limit")
}
function complain(text) { print text; bad = 1 }
FNR == 1 { if (prev != "") file_end(); prev = FILENAME; open = 0 }
{ lines = FNR }
/^\{/ { open = FNR }
/^\}/ {
    if (open && FNR - open - 1 > 70)
        complain(FILENAME ":" open ": a function of " FNR - open - 1 " lines, 70 is the limit")
    open = 0
}
END { file_end(); exit bad }
