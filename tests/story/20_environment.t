#!/usr/bin/env bash
# live says which environment it is; an address or a key of the other one is
# refused before anything is sent: no real money by mistake, no payday unpaid.
. "$(dirname "$0")/../lib/story.sh"
story "live, address and key must agree"
payroll 5 >"$S/a.csv"

with() {    # with LIVE BASE_URL KEY: an account of that sort; '': no base_url
    E=$((E + 1))
    (umask 077; printf %s "$3" >"$S/key")
    cat >"$DIR/payrun.yaml" <<YAML
accounts:
  - name: e$E
    provider: intasend
    live: $1
    key: file:$S/key
${2:+    base_url: $2}
YAML
}
E=0

LIVE=https://payment.intasend.com/api/v1/
TEST=https://sandbox.intasend.com/api/v1/
upload() { as amina upload "$S/a.csv" --period 2026-11; }

with false $LIVE ISSecretKey_test_x
exits "the live address without live" 78 upload
like "says what and how to mend it" "$(cat "$S/out")" "live is false.*base_url.*live: true"
with false "https://PAYMENT.IntaSend.com.:443/api/v1/" ISSecretKey_test_x
exits "... written another way" 78 upload
with true $TEST ISSecretKey_live_x
exits "the sandbox's address with live" 78 upload
like "says so" "$(cat "$S/out")" "live is true"

with false $TEST ISSecretKey_test_x
ok "the sandbox's address without live" upload
with true $LIVE ISSecretKey_live_x
upload >"$S/out" 2>&1
like "the live address with live: only --live is missing" "$(cat "$S/out")" "say --live"
with true "" ISSecretKey_live_x
upload >"$S/out" 2>&1
like "live and no address: the same" "$(cat "$S/out")" "say --live"

canary=canary-$$
(umask 077; printf ISSecretKey_test_payrun_sandbox >"$S/key")
config
payroll 5 2 >"$S/a.csv"
ok "upload, submit and approve" approved "$S/a.csv" 2026-12
(umask 077; printf %s "ISSecretKey_live_$canary" >"$S/key")
exits "a live key without live sends nothing" 78 as amina send "$RUN" --wait
like "the key's place is told" "$(cat "$S/out")" "live is false, but the key"
lacks "the key is in no output" "$canary" "$S/out" "$LOG"*
sed -i 's/name: salaries/name: real\n    live: true/' "$DIR/payrun.yaml"
(umask 077; printf %s "ISSecretKey_test_$canary" >"$S/key")
exits "a test key with live sends nothing" 78 p work --until-idle --live
like "says so" "$(cat "$S/out")" "live is true, but the key"
is "no request came" "$(books summary | jq .requests.initiate)" 0
story_end
