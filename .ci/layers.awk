# usage: awk -f .ci/layers.awk engine/layers.txt FILES
# A file may include its own folder and folders of a lower rank.
FILENAME == ARGV[1] { if ($1 ~ /^[0-9]+$/) rank[$2] = $1; next }
FNR == 1            { here = FILENAME; sub(/\/[^\/]*$/, "", here) }
/^#include "/ {
    there = $2
    gsub(/"/, "", there)
    if (there !~ /\//) next                     # made by the build
    sub(/\/[^\/]*$/, "", there)
    if (there !~ /^loaders/) there = "engine/" there
    if (there == here) next
    if (!(here in rank)) { printf "%s has no rank\n", here; bad = 1; nextfile }
    if (!(there in rank) || rank[there] >= rank[here]) {
        printf "%s:%d: %s may not include %s\n", FILENAME, FNR, here, $2
        bad = 1
    }
}
END { exit bad }
