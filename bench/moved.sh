#!/bin/bash
# moved.sh PAYRUN STATE FILE READY URL WORK ANSWERS: for stage_night.sh, the bytes of
# a pay run moved by tools that look at nothing.  WORK has reply.json and curl.conf;
# its table ready is empty.
set -euo pipefail
payrun=$1 state=$2 file=$3 ready=$4 url=$5 work=$6 answers=$7

"$payrun" check "$file" --json --dir "$state" >/dev/null &
checks=$!
psql -Xq -c "\\copy ready from '$ready'" "$url"
wait $checks
curl -s --parallel --parallel-max 16 -K "$work/curl.conf" >"$work/posted" &
posts=$!
for _ in initiate approve; do
    psql -Xq -c "\\copy ready to /dev/null" "$url"
done &
reads=$!
pgbench -n -c 1 -M prepared -t "$answers" -D "reply=$work/reply.json" \
    -f bench/answers.sql "$url" >/dev/null 2>&1
wait $posts
wait $reads
