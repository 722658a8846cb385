#!/bin/sh
# Each fuzz target for FUZZ_SECONDS (15), from its corpus; two at a time.
# TAP: a finding is a failure, with the input that shows it.
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-15}
make fuzzers >/dev/null || { echo "Bail out! the fuzzers do not build"; exit 1; }
set -- build/fuzz/tests/fuzz/fuzz_*
out=build/fuzz/out
rm -rf "$out"
mkdir -p "$out"
n=0
total=0
names=""

# one TARGET: run it, leave its exit code behind.
one() {
    name=$(basename "$1")
    found=$out/$name
    mkdir -p "$found/corpus"
    seeds=tests/fuzz/corpus/${name#fuzz_}
    [ -d "$seeds" ] || seeds=
    "$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=20000 -print_final_stats=1 -artifact_prefix="$found/" \
        "$found/corpus" $seeds >"$found/log" 2>&1
    echo $? >"$found/rc"
}

for t; do
    case $t in *.o | *.d) continue ;; esac
    one "$t" &
    names="$names $(basename "$t")"
    n=$((n + 1))
    [ $((n % 2)) -ne 0 ] || wait
done
wait
for name in $names; do
    total=$((total + 1))
    runs=$(sed -n 's/.*number_of_executed_units: *//p' "$out/$name/log")
    if [ "$(cat "$out/$name/rc")" = 0 ]; then
        echo "ok $total - $name: ${runs:-?} inputs, no finding"
    else
        echo "not ok $total - $name"
        tail -25 "$out/$name/log" | sed 's/^/# /'
        for f in "$out/$name"/crash-* "$out/$name"/timeout-*; do
            [ ! -e "$f" ] || echo "# $f: $(base64 -w0 "$f" | head -c 2000)"
        done
    fi
done
echo "1..$total"
