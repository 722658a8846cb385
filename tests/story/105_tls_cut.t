#!/usr/bin/env bash
# The wire is cut inside the TLS handshake: nothing was sent, which is certain, and
# so it is tried again and nobody is in doubt.  From the first byte behind the
# handshake on it may have been sent: in doubt, and never sent again.  A few places;
# CUTS=all has one every 40 bytes, in each way.
#
# The certificate's issuer is put in the place of this machine's, for this story
# alone; where neither root nor a user namespace may, there is nothing to show.
if [ -z "${OWN_MOUNTS:-}" ]; then
    for try in "unshare -m" "unshare -rm"; do
        if $try sh -c 'd=$(mktemp -d) && mount --bind "$d" /etc/ssl/certs && umount /etc/ssl/certs && rmdir "$d"' 2>/dev/null; then
            OWN_MOUNTS=1 exec $try --propagation private bash "$0"
        fi
    done
    echo "1..1"
    echo "ok 1 - nothing can be mounted here (no root, no user namespaces)"
    exit 0
fi
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=50 BATCH_ROWS=2 GIVE_UP_MS=60000
story "a wire cut under TLS"
WIRE=$(cd "$(dirname "$0")/.." && pwd)/clients/tls_cut.cjs
command -v node >/dev/null || bail "node is not installed"
mkdir "$S/certs"
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$S/wire.key" -out "$S/certs/ca-certificates.crt"
}
ok "a certificate" certificate
ok "... that is believed here" mount --bind "$S/certs" /etc/ssl/certs

wire() {    # wire STAND_IN_PORT: in front of it; sets WPORT and WCTL
    rm -f "$S/wire"
    KEY=$S/wire.key CERT=$S/certs/ca-certificates.crt node "$WIRE" "$1" "$S/wire" >>"$LOG.wire" 2>&1 &
    wait_for 20 test -s "$S/wire" || bail "no wire"
    read -r WPORT WCTL <"$S/wire"
}
tell() { curl -sf "http://127.0.0.1:$WCTL/$1"; }
wire "$PORT"
TWO=$WPORT TWOCTL=$WCTL
wire "$SPORT"
SPORT_IS=$SPORT SPORT=$WPORT
config
and_a_till
sed -i "s|http://127.0.0.1:$PORT/api/v1|https://127.0.0.1:$TWO/api/v1|;
        s|http://127.0.0.1:$WPORT/|https://127.0.0.1:$WPORT/|" "$DIR/payrun.yaml"
SPORT=$SPORT_IS SCTL=$WCTL
MONTH=0 YEAR=2026

# cut STEP PART AT HOW: a run of two whose request STEP is cut there
cut() {
    local account=salaries
    WCTL=$TWOCTL
    [ "$1" != send ] || account=till WCTL=$SCTL
    MONTH=$((MONTH + 1))
    [ $MONTH -le 12 ] || MONTH=1 YEAR=$((YEAR + 1))
    payroll 2 $((YEAR * 12 + MONTH)) >"$S/run.csv"
    as amina upload "$S/run.csv" --account $account --period "$YEAR-$(printf %02d $MONTH)" --json >"$S/up" 2>&1
    RUN=$(jq -r .run "$S/up")
    as amina submit "$RUN" >/dev/null
    as brian approve "$RUN" --confirm-total "$(jq -r .total "$S/up")" >/dev/null
    OF="FROM attempt t JOIN batch b USING (batch_id) JOIN run r USING (run_id) WHERE r.ref = '$RUN' AND t.step = '$1'"
    # one that approves has asked to prepare the file and for the wallet before
    tell "cut?part=$2&at=$3&how=$4&skip=$([ "$1" = send ] && echo 0 || echo 2)" >/dev/null
    sending
}
answered() { [ "$(sql "SELECT count(*) $OF AND t.answered_at IS NOT NULL")" != 0 ]; }
doubts() { sql "SELECT count(*) FROM history h JOIN run r USING (run_id) WHERE r.ref = '$RUN' AND h.to_state = 'in_doubt'"; }
left() { sql "SELECT count(*) $OF AND t.left_at IS NOT NULL"; }

before() {      # before STEP PART AT HOW: nothing was sent
    cut "$@"
    ok "$1: cut in the handshake ($2 $3, $4)" wait_for 60 answered
    is "... nothing left, and that is known" "$(left)" 0
    ok "... it was hit" test "$(tell clear | jq .fired)" -gt 0
    wait $SEND_PID
    is "... so it is sent again, and all are paid" "$?" 0
    is "... and nobody was ever in doubt" "$(doubts)" 0
}
behind() {      # behind STEP PART AT HOW: it may have been sent
    cut "$@"
    ok "$1: cut behind the handshake ($2 $3, $4)" wait_for 60 answered
    tell clear >/dev/null
    is "... it may have left" "$(left)" 1
    is "... so it is in doubt" "$(sql "SELECT t.answer $OF ORDER BY attempt_no LIMIT 1")" in_doubt
    if [ "$1" = send ] && [ "$2" = request ]; then
        { kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
        is "... and never sent again" "$(sql "SELECT count(*) $OF")" 1
    else
        wait $SEND_PID
        is "... until the provider says what became of it" "$?" 0
    fi
}
if [ "${CUTS:-}" = all ]; then
    for how in rst fin stall half; do
        for at in $(seq 0 40 560); do before send hello "$at" $how; done
        for at in $(seq 1 40 900); do before send shake "$at" $how; done
        for at in 0 1 60 300; do behind send request $at $how; done
        for at in 0 20 120; do behind send answer $at $how; done
    done
else
    before send hello 0 rst
    before send hello 100 stall
    before send shake 1 half
    before send shake 700 fin
    behind send request 0 rst
    behind send request 60 fin
    behind send answer 0 rst
fi
before approve hello 60 fin
before approve shake 100 rst
behind approve request 0 fin
behind approve answer 20 rst
is "IntaSend's books: nobody was paid twice" "$(books double | jq length)" 0
is "Sapama's books: nobody was paid twice" "$(books_sapama double | jq length)" 0
story_end
