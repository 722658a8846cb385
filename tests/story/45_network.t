#!/usr/bin/env bash
# The whole program behind a network that breaks (tests/tools/netproxy): each
# request that matters is cut in its middle and behind its end, and its answer is
# cut, while callbacks come.  tests/db/test_cut.c has every place.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=100 BATCH_ROWS=2 ANSWER_MS=1500 GIVE_UP_MS=60000
story "a network that breaks"
PROXY=$BUILD/tests/tools/netproxy

# proxy_for PORT: a proxy in front of it; sets NETPORT and NETCTL
proxy_for() {
    rm -f "$S/netport"
    "$PROXY" "$1" "$S/netport" &
    wait_for 20 test -s "$S/netport" || bail "no proxy"
    read -r NETPORT NETCTL <"$S/netport"
}
net() {     # net LINE...: tell it; what it counted is in NET
    exec 3<>"/dev/tcp/127.0.0.1/$NETCTL"
    echo "$*" >&3
    IFS= read -r NET <&3
    exec 3>&-
    [ "${NET%% *}" = ok ] || bail "the proxy does not understand: $*"
}
counted() { net counts; sed "s/.* $1=\([0-9]*\).*/\1/" <<<"$NET"; }

ok "the listener is up" serve_up
proxy_for "$PORT"
sed -i "s/127.0.0.1:$PORT/127.0.0.1:$NETPORT/" "$DIR/payrun.yaml"
MONTH=0
cut_at() {  # cut_at WORD PLACE HOW
    MONTH=$((MONTH + 1))
    payroll 4 $MONTH >"$S/run.csv"
    approved "$S/run.csv" "2026-$(printf %02d $MONTH)" || bail "not approved"
    net "fault on=$1 at=$2 how=$3"
    exits "$1 cut at $2 by $3: all paid in the end" 0 as amina send "$RUN" --wait
    is "it was cut, and over no connection that was used before" \
        "$(counted fired) $(counted kept)" "1 0"
}
for word in initiate approve; do
    cut_at $word request.body+20 rst
    cut_at $word request.end fin
    cut_at $word answer.body+50 stall
done
is "nothing is in doubt" "$(sql "SELECT count(*) FROM outcome WHERE state = 'in_doubt'")" 0
each_paid_once
story_end
