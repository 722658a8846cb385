#!/usr/bin/env bash
# What is short is said beforehand, by how much, and holds the release: money,
# approvals, a key that ends, a provider that is away.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=20
watch_points
story "pre-flight" --balance 100000
due() { "$PAYRUN" run-due --until-idle --dir "$DIR" "$@"; }
pre() { "$PAYRUN" preflight --dir "$DIR" --as amina "$@"; }

wages() { echo "Employee No,Employee Name,Phone Number,Net Pay"
    for i in 1 2 3; do echo "P$i,Person Number $i,072200000$i,$1"; done; }
wages 20000 >"$S/fits.csv"
wages 30000 >"$S/more.csv"
sed -i 's/batch_rows/expires: "2026-01-31"\n    batch_rows/' "$DIR/payrun.yaml"
exits "a key that has ended" 78 pre
like "... is said, and what to do" "$(cat "$S/out")" "FAIL +key expires salaries +it ended on 2026-01-31"
sed -i '/expires:/d' "$DIR/payrun.yaml"
as amina schedule add wages --every "*-*-* 20:00" --holidays pay --now "2026-10-01 09:00" >/dev/null

OUT=$(as amina upload "$S/fits.csv" --period 2026-09 --json)
RUN=$(jq -r .run <<<"$OUT")
exits "the evening before: not approved" 4 pre --due --now "2026-10-01 18:00"
like "... which, and by which schedule" "$(cat "$S/out")" "$RUN is due by schedule wages on 2026-10-01 20:00:00 and is not approved"
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$OUT")" >/dev/null
pre --due --now "2026-10-01 18:00" --json >"$S/json"
is "approved, and the money is there" "$(jq -r '.checks[] | select(.check == "money") | .result' "$S/json")" ok
RUN1=$RUN
approved "$S/more.csv" 2026-08 bonus
exits "two runs of one night do not share the money" 4 pre --due --now "2026-10-01 18:00" --json
is "... the second is short, by how much" "$(jq -r .short "$S/out")" "50060.00"
is "kept for the morning" "$(sql "SELECT result || ' ' || short_minor || ' ' || ccy FROM preflight
    WHERE what = 'due' ORDER BY preflight_id DESC LIMIT 1")" "fail 5006000 KES"

exits "the night" 4 due --now "2026-10-01 20:00"
is "... pays what can be paid whole" "$(sql "SELECT state FROM run WHERE ref = '$RUN1'") $(state)" "closed approved"
like "... and holds the other" "$(p schedule list)" "held .*short by"
is "... nothing of it left" "$(books summary | jq .payments)" 3
exits "looked at again: the same" 4 due --now "2026-10-01 20:05"
is "... is kept once" "$(sql "SELECT count(*) FROM preflight WHERE what = '$RUN'")" 1
fault '{"on":"wallets","do":"drop_before"}'
exits "a provider that is away holds it, too" 4 due --now "2026-10-01 20:10"
like "... and says so" "$(p schedule list)" "its provider cannot be asked"
no_faults
curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d '{"balance":"90030.00"}' >/dev/null
ok "funded: the same night, it is paid" due --now "2026-10-01 20:30"
is "... whole" "$(state) $(books summary | jq .payments)" "closed 6"
each_paid_once
came_past
story_end
