# What is told in the end: sourced by bench/run.

# linear TITLE NAME START: a row costs the same however many there are.
linear() {
    local n

    for n in $SMALL $MIDDLE; do
        ratio "$1, cost of a row: $(rows "$n") / $(rows "$ROWS")" \
            "$2.$n" "$n" "$2.$ROWS" "$ROWS" "$3" '~' 0.15
    done
}

version() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || echo "?"; }
module() { jq -r .version "$MODULES/$1/package.json" 2>/dev/null || echo "–"; }

machine() {
    local cpu memory system

    cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' \
        /proc/meminfo)
    system=$(. /etc/os-release && echo "$PRETTY_NAME")
    echo "| machine | $(nproc) × ${cpu:-$(uname -m)}, $memory," \
        "database on $(df --output=fstype "$S" | tail -n 1) |"
    echo "| system | $system, Linux $(uname -r | cut -d- -f1) |"
    echo "| load average | $LOAD_BEFORE before, $(cut -d' ' -f1 /proc/loadavg)" \
        "after |"
    echo "| payrun | $("$PAYRUN" --version | cut -d' ' -f2)" \
        "$(git log -1 --format='(%h)' -- engine loaders schema 2>/dev/null)," \
        "$(cc --version | head -n 1) |"
    echo "| libraries | libcsv $(version libcsv-dev), jansson" \
        "$(version libjansson-dev), libsodium $(version libsodium-dev)," \
        "libmicrohttpd $(version libmicrohttpd-dev), libcurl" \
        "$(version libcurl4-openssl-dev) |"
    echo "| PostgreSQL | $(sql postgres "SELECT split_part(version(), ' ', 2)");" \
        "$(sql postgres "SELECT string_agg(name || ' ' ||
             current_setting(name), ', ' ORDER BY name) FROM pg_settings
             WHERE name IN ('fsync', 'synchronous_commit', 'wal_level',
             'full_page_writes', 'shared_buffers', 'max_wal_size')") |"
    [ -z "$PYTHON" ] || echo "| Python | $("$PYTHON" -V | cut -d' ' -f2) |"
    [ -z "$NODE" ] || echo "| node | $("$NODE" -v), csv-parse" \
        "$(module csv-parse), pg $(module pg), express $(module express)," \
        "intasend-node $(module intasend-node) |"
    echo "| wire | wrk $(version wrk), nginx" \
        "$([ -z "${NGINX:-}" ] || "$NGINX" -v 2>&1 | sed 's/.*nginx.//') |"
}

table() { awk -v part="$1" -f bench/table.awk "$RAW" "$PLAN"; }

result() {
    echo "# Results"
    echo
    echo "Made by \`make bench\` on $(date +%F) in $SECONDS s: $(rows "$ROWS")," \
        "$ROUNDS rounds. What was measured, and how:" \
        "[README.md](README.md). The machine is shared: only ratios mean" \
        "something."
    echo
    echo "| | |"
    echo "|---|---|"
    machine
    [ ${#NOTES[@]} = 0 ] || { echo; printf -- '- %s\n' "${NOTES[@]}"; }
    printf '\n## Targets\n\n'
    table targets
    printf '\n## Floors\n\n'
    table floors
    printf '\n## Peak resident memory\n\n'
    table memory
    printf '\n## Times\n\n'
    table times
    [ ! -f bench/floors.md ] || { echo; cat bench/floors.md; }
}
