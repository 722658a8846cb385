#!/usr/bin/env bash
# Many payments over both providers, with everything going wrong that the
# stand-ins can do on the way; then both statements are pulled.  What is left
# over are the doubts alone, each named; nothing is unexplained, to the cent.
# RECONCILE_ROWS=20000 for the size the promise is about.
ROWS_ALL=${RECONCILE_ROWS:-800}
BATCH_ROWS=$((ROWS_ALL / 8))
LATENCY_MS=60
GIVE_UP_MS=5000
. "$(dirname "$0")/../lib/story.sh"
story "reconcile $ROWS_ALL" --charge 12 --balance 2000000000.00
TODAY=$(TZ=Africa/Nairobi date +%F)
SOON=$(TZ=Africa/Nairobi date -d '+1 day' +%F)      # the story may see midnight
cat >>"$DIR/payrun.yaml" <<YAML
  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: "2"
    short_code: "830830"
    callback_url: http://127.0.0.1:9/callback/till
    poll_first_ms: 100
    poll_cap_ms: 500
    give_up_ms: 5000
routes:
  - { rail: SAPAMA-MPESA, account: till }
YAML
curl -sf -X POST "http://127.0.0.1:$SPORT/_wallet" -d '{"balance":"2000000000.00"}' >/dev/null
awk -v n="$ROWS_ALL" 'BEGIN {
    print "Name,Phone,Rail,Amount"
    for (i = 1; i <= n; i++)
        print "Payee " i "," sprintf("2547%08d", 12000000 + i) "," (i % 4 == 0 ? "SAPAMA-MPESA" : "MPESA-B2C") "," 500 + i % 9000
}' >"$S/all.csv"
ok "uploaded and approved" approved "$S/all.csv" 2026-11
# what becomes of payments ...
for f in '"fail","per_mille":8' '"tf103","per_mille":6' '"slow","per_mille":8' '"flip","times":2,"skip":60' \
         '"late_receipt","per_mille":6' '"tf105_paid","times":3,"skip":40' '"tf105_unpaid","times":3,"skip":90' \
         '"tp104","times":2,"skip":20'; do
    fault "{\"on\":\"item\",\"do\":$f,\"seed\":7}" || bail "no fault $f"
done
# ... and of requests
fault '{"on":"initiate","do":"drop_after","skip":1,"times":1}'
fault '{"on":"initiate","do":"status","http":503,"skip":3,"times":1}'
fault '{"on":"approve","do":"drop_after","skip":1,"times":1}'
fault '{"on":"approve","do":"status","http":502,"skip":4,"times":1}'
fault '{"on":"status","do":"garbage","skip":2,"times":2}'
fault '{"on":"status","do":"truncate","skip":6,"times":2}'
fault '{"on":"status","do":"reorder","skip":9,"times":2}'
fault '{"on":"statement","do":"status","http":503,"skip":2,"times":1}'
fault_sapama '{"on":"b2c","do":"drop_after","skip":1,"times":1}'
fault_sapama '{"on":"b2c","do":"delay","delay_ms":200,"times":1}'
fault_sapama '{"on":"get_transactions","do":"status","http":503,"skip":1,"times":2}'
as amina send "$RUN" --wait >"$S/out" 2>&1
RC=$?
[ "$RC" != 4 ] || sed 's/^/# /' "$S/out" | tail -12
like "it ends: with doubts, with failures" "$RC" '^(1|3)$'
no_faults
no_faults_sapama
# A statement that breaks off is pulled again until it is whole.
whole() { as amina statement --pull "$1" --from "$TODAY" --to "$SOON" --json >"$S/pull" 2>&1; }
ok "IntaSend's statement" wait_for 60 whole salaries
ok "Sapama's statement" wait_for 60 whole till
as amina reconcile "$RUN" --json >"$S/first" 2>"$S/err"
as amina reconcile "$RUN" --json >"$S/out" 2>"$S/err"
row() { jq -r "$1" "$S/out"; }
is "nothing is unexplained, in neither account" \
   "$(row '[.balances[] | select(.off != .explained or (.difference // "0.00") != "0.00")] | length')" 0
is "both books were looked at" "$(row '[.balances[].account] | join(" ")')" "salaries till"
doubts=$(sql "SELECT count(*) FROM outcome WHERE state = 'in_doubt'")
is "what is found is of doubts alone" \
   "$(row '[.list[] | select((.kind == "missing_here" or .kind == "charge_differs") and .seq > 0 | not)] | length')" 0
is "each names one that is in doubt here" \
   "$(row '.list[] | "\(.batch) \(.seq)"' | while read -r b s; do
          sql "SELECT state FROM outcome WHERE batch_id = $b AND seq = $s"; done | sort | uniq -c | xargs)" \
   "$(row '.list | length') in_doubt"
paid() { { books payments; books_sapama payments; } | jq -s 'add | length'; }
is "paid there, by their books = matched, and the doubts that were paid" \
   "$(paid)" "$(row .matched)"
is "three ways: answered, held for paid, moved but for the doubts" \
   "$(row '[.three_way[] | {(.hop): .rows}] | add | "\(.answered_paid == .engine_paid) \(.moved - .engine_paid)"')" \
   "true $(row '[.list[] | select(.kind == "missing_here")] | length')"
is "charges tie" "$(row '[.three_way[] | {(.hop): .amount}] | add | .charges_answered == .charges_engine')" true
echo "# $ROWS_ALL payments, $doubts in doubt, $(row .lines) lines, $(row .matched) matched, $(row '.list | length') findings"
is "nobody was paid twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
