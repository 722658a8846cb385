#!/usr/bin/env bash
# `payrun doctor`: a good set-up is found good, and each planted mistake is found
# by name, with what to do about it.  It changes nothing.
. "$(dirname "$0")/../lib/story.sh"
OWN_SERVER=1 story "doctor"
serve_up || bail "no listener"

# doctor [FLAGS...]: its answer in $S/out, its exit code in $CODE
doctor() { CODE=0; p doctor --json "$@" >"$S/out" 2>"$S/err" || CODE=$?; }
# found CHECK: "result: text" of a check that is not fine
found() { jq -r ".checks[] | select(.check == \"$1\" and .result != \"ok\")
                 | \"\(.result): \(.text)\"" "$S/out"; }
fails() { jq -r '[.checks[] | select(.result == "fail") | .check] | unique | join(" ")' "$S/out"; }
finds() {   # finds NAME CODE CHECK REGEX [FLAGS...]: that alone, and how to mend it
    local name=$1 code=$2 check=$3 regex=$4
    shift 4
    doctor "$@"
    is "$name: exit code" "$CODE" "$code"
    like "$name: found" "$(found "$check")" "$regex"
    is "$name: nothing else is blamed" "$(fails)" "$check"
    is "$name: it says what to do" \
       "$(jq '[.checks[] | select(.result == "fail" and .fix == "")] | length' "$S/out")" 0
}
extra="    callback_url: http://127.0.0.1:$CBPORT/callback/salaries/"

exits "all is well" 0 p doctor
like "line by line" "$(cat "$S/out")" "ok +key salaries +intasend takes it"
like "with the balance" "$(cat "$S/out")" "balance salaries +KES [0-9,]+\.[0-9]+ available"
like "and the callback's way home" "$(cat "$S/out")" "ok +callback salaries .*leads to payrun serve"
doctor
is "as JSON" "$CODE $(jq -r '"\(.fail) \(.exit)"' "$S/out")" "0 0 0"
is "every part of the set-up was looked at" \
   "$(jq -r '[.checks[].check] | unique | join(",")' "$S/out")" \
   "accounts,alerts,audit,backup,balance,book,callback,callbacks refused,clock,configuration file,core dumps,database,database settings,disk space,evidence key,history,key,limits,open files,people,provider clock,routes,rules,schema,secrets,state folder,wallets,workers"
all_rows() { sql "SELECT (SELECT count(*) FROM audit) || ' ' || (SELECT count(*) FROM funding_account)
                       || ' ' || (SELECT count(*) FROM history)"; }
rows_before=$(all_rows)

# 1, 2: files that others may change or read
chmod 666 "$DIR/payrun.yaml"
finds "a configuration others may change" 78 "configuration file" "other users may change"
chmod 644 "$DIR/payrun.yaml"
chmod 644 "$S/key"
finds "a key others may read" 78 secrets "open to other users"
chmod 600 "$S/key"

# 3, 4: the wrong key, and that of the other environment
cp "$S/key" "$S/key.good"
printf ISSecretKey_test_somebody_elses >"$S/key"
finds "a key the provider refuses" 78 key "refuses it \(HTTP 403: Invalid api token"
printf ISSecretKey_live_canary >"$S/key"
finds "a live key in a sandbox account" 78 secrets "live is false, but the key is the live environment's"
is "the key is not shown" "$(grep -c live_canary "$S/out" "$S/err" | paste -sd' ')" "$S/out:0 $S/err:0"
cat "$S/key.good" >"$S/key"

# 5: callbacks that do not come home
config "    callback_url: http://127.0.0.1:1/callback/salaries/"
finds "callbacks that lead nowhere" 69 callback "cannot be reached"
config "    callback_url: http://127.0.0.1:$PORT/callback/salaries/"
finds "callbacks that lead elsewhere" 78 callback "leads to something else"
config "    callback_url: http://127.0.0.1:$CBPORT/callback/wages/"
finds "callbacks of another account" 78 callback "does not end in /callback/salaries"

# 6, 7: two names for one wallet; a route to an account without the rail
config "$extra
  - name: wages
    provider: intasend
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/key"
finds "two accounts of one wallet" 78 wallets 'it and "salaries" are the same wallet'
config "$extra
routes:
  - { rail: SAPAMA-MPESA, account: salaries }"
finds "a route to an account without the rail" 78 configuration "SAPAMA-MPESA"
config "$extra"

# 8: rules
sed -e 's/max: "250000"/max: "5"/' "${PAYRUN%/build/*}/engine/cli/rules.yaml" >"$S/rules.yaml"
finds "rules that contradict themselves" 78 rules "min is above max" --rules "$S/rules.yaml"
{ cat "${PAYRUN%/build/*}/engine/cli/rules.yaml"
  printf 'accounts:\n  - { name: salarys, rails: [PESALINK] }\n'; } >"$S/rules.yaml"
finds "limits for nobody" 78 rules 'an account "salarys" that is not configured' --rules "$S/rules.yaml"

is "nothing was changed by all this looking" "$(all_rows)" "$rows_before"

# The other provider: a list of one payment proves the key.
till="  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: \"2\"
    short_code: \"830830\"
    callback_url: http://127.0.0.1:$CBPORT/callback/till"
config "$extra
$till"
serve_again() { kill -TERM "$SERVE_PID"; wait "$SERVE_PID"; "$PAYRUN" serve --listen "127.0.0.1:$CBPORT" \
    --port-file "$S/cbport2" --dir "$DIR" >>"$LOG.serve" 2>&1 & SERVE_PID=$!; wait_for 10 test -s "$S/cbport2"; }
serve_again 2>/dev/null
exits "both are well" 0 p doctor
like "its key" "$(cat "$S/out")" "ok +key till +sapama takes it"
like "its balance is nobody's to know" "$(cat "$S/out")" "balance till +sapama cannot be asked"
printf %s PAYRUNSANDBOXSECRET00000000000000000000000000009 >"$S/api_secret"
finds "a secret the provider refuses" 78 key "refuses it.*Invalid hash" --account till
is "only that account was looked at" \
   "$(jq -r '[.checks[].account | select(. != "")] | unique | join(" ")' "$S/out")" till
printf %s PAYRUNSANDBOXSECRET00000000000000000000000000008 >"$S/api_secret"
config "$extra"

# Another provider altogether, in another year.
node -e 'require("http").createServer((q, r) => { r.sendDate = false;
    r.setHeader("Date", "Mon, 02 Jan 2023 00:00:00 GMT"); r.end("{}") })
    .listen(0, "127.0.0.1", function () { console.log(this.address().port) })' >"$S/nport" &
wait_for 10 test -s "$S/nport"
sed -i "s|127.0.0.1:$PORT/api|127.0.0.1:$(cat "$S/nport")/api|" "$DIR/payrun.yaml"
doctor
like "a clock that is years off" "$(found 'provider clock')" "fail: [0-9]{8,} seconds from"
like "an answer without our wallet" "$(found balance)" "fail: "
config "$extra"

# 9: the book, changed by hand
RUN=
payroll 12 >"$S/nov.csv"
approved "$S/nov.csv" 2026-11 || bail "no run"
as amina send "$RUN" --wait >/dev/null || bail "not paid"
sql "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name)
     VALUES (99900001, 1, 2, 100, 'KES', '254700000000', 'Nobody')"
finds "a payment without a batch" 78 book "1 payments without a batch, such as number 99900001"
sql "DELETE FROM instruction WHERE batch_id = 99900001"
sql "UPDATE instruction SET minor = minor + 100 WHERE seq = 1 AND line_no = 2"
finds "a payment of another amount" 78 book "batches whose payments do not add up"
sql "UPDATE instruction SET minor = minor - 100 WHERE seq = 1 AND line_no = 2"
sql "UPDATE audit SET actor = 'nobody' WHERE audit_id = 2" 2>/dev/null ||
    sql "ALTER TABLE audit DISABLE TRIGGER USER; UPDATE audit SET actor = 'nobody' WHERE audit_id = 2"
finds "an audit entry changed by hand" 78 audit "entry 2: this entry was changed"
sql "UPDATE audit SET actor = (SELECT actor FROM audit WHERE audit_id = 1) WHERE audit_id = 2"
doctor
is "and mended again" "$(fails)" ""

# 10: a closed lane; nobody at work
sql "UPDATE funding_account SET lane_closed = true, lane_why = 'the key was refused'"
finds "a closed account" 78 account "nothing is sent from it: the key was refused"
sql "UPDATE funding_account SET lane_closed = false, lane_why = ''"
sql "UPDATE run SET state = 'paying'"
finds "a run to be paid, and nobody works" 69 workers "nobody works"
sql "UPDATE run SET state = 'closed'"
sql "UPDATE funding_account SET ccy = 'USD'"
finds "an account that was another one" 78 account "the configuration says otherwise"
sql "UPDATE funding_account SET ccy = 'KES'"

# 11: the machine
(ulimit -n 100; finds "too few open files" 78 "open files" "only 100 may be open"; echo "$N $FAILED" >"$S/n")
read -r N FAILED <"$S/n"
chmod 777 "$DIR"
finds "a folder anybody may write to" 78 "state folder" "other users may write"
chmod 755 "$DIR"

# 12: the database
sql "INSERT INTO schema_step (step, name, sha256, program)
     SELECT 999, 'newer', sha256, program FROM schema_step LIMIT 1"
doctor
is "a schema of another payrun: exit code" "$CODE" 78
like "a schema of another payrun: found" "$(found schema)" "fail"
sql "DELETE FROM schema_step WHERE step = 999"
printf 'fsync = off\n' >"$DIR/postgres/data/local.conf"
chown --reference="$DIR/postgres/data" "$DIR/postgres/data/local.conf"
sql "SELECT pg_reload_conf()" >/dev/null
wait_for 5 test "$(sql 'SHOW fsync')" = off
finds "a database that forgets" 78 "database settings" "fsync is off"
rm "$DIR/postgres/data/local.conf"
sql "SELECT pg_reload_conf()" >/dev/null

# 13: things that are away
sandbox_down
doctor
is "no provider: exit code" "$CODE" 69
like "no provider: found" "$(found key)" "fail: http://127.0.0.1:$PORT.*"
sandbox_up --challenge-file "$S/challenge"
p db down >/dev/null
doctor
like "no database: found" "$(found database)" "the private database in .* is not running"
is "it was not started: looking changes nothing" "$(p db status --json | jq -r .state)" down
p db up >/dev/null
exits "another configuration altogether" 78 p doctor --config "$S/nowhere.yaml" 
like "is named" "$(cat "$S/out")" "FAIL +configuration"
each_paid_once
story_end
