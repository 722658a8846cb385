#!/usr/bin/env bash
# The operator's guide, done: an upgrade in the middle of a run, a key that is
# changed, keys as systemd hands them over, and the private database moved to a
# server, with the books of the sandbox asked at the end.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=600
BATCH_ROWS=5
story "living with it"
config "log: json"

# --- an upgrade in the middle of a run ----------------------------------------------
payroll 30 >"$S/pay.csv"
approved "$S/pay.csv" 2026-11 || bail "not approved"
as amina send "$RUN" >"$S/out" 2>&1 || bail "not sent"
work() { "$PAYRUN" work --dir "$DIR" "$@" >>"$LOG.work" 2>&1; }
work &
WORK=$!
under_way() { [ "$(sql "SELECT count(*) FROM attempt WHERE left_at IS NOT NULL")" -gt 0 ]; }
ok "a worker is in the middle of it" wait_for 60 under_way
sql "INSERT INTO schema_step (step, name, sha256, program) VALUES (999, 'later', sha256('x'), 'payrun 9')"
wait $WORK
is "the schema is newer than the worker: it stops by itself, to be started again" "$?" 75
like "and says why, as JSON for the journal" "$(grep -h '"stopping"' "$LOG.work")" \
    '^\{"time":"[^"]*","level":"warn","event":"stopping",.*a newer payrun was here'
is "what was in the air has been written down" \
   "$(sql "SELECT count(*) FROM attempt WHERE left_at IS NOT NULL AND answered_at IS NULL")" 0
exits "the old program does not start any more" 78 p work --until-idle
like "it says what to do" "$(cat "$S/out")" "Use that newer payrun"
sql "DELETE FROM schema_step WHERE step = 999"
exits "the newer one goes on" 0 p work --until-idle
is "each was paid" "$(count paid.count)" 30

# --- keys as systemd hands them over, and a new one ----------------------------------
mkdir -m 700 "$S/credentials"
cp "$S/key" "$S/credentials/payrun_salaries_key"
sed -i "s,key: file:.*,key: cred:payrun_salaries_key," "$DIR/payrun.yaml"
exits "without the service there is no key" 78 p balance
like "which is said" "$(cat "$S/out")" "cred:payrun_salaries_key"
export CREDENTIALS_DIRECTORY=$S/credentials
exits "LoadCredential= brings it" 0 p balance
printf ISSecretKey_test_the_old_one >"$S/credentials/payrun_salaries_key"
exits "a key that was revoked is found before anything is sent" 78 p doctor --account salaries
like "by name" "$(cat "$S/out")" "FAIL +key salaries"
cp "$S/key" "$S/credentials/payrun_salaries_key"
p doctor --account salaries >"$S/out" 2>&1
like "the new one is found good" "$(cat "$S/out")" "ok +key salaries +intasend takes it"

# --- the private database moves to a server -------------------------------------------
before=$(sql "SELECT (SELECT count(*) FROM audit) || ' ' || (SELECT sum(minor) FROM outcome) || ' ' || (SELECT beat FROM lineage)")
ok "a dump" pg_dump --format=custom --schema=payrun --file="$S/move.dump" "$URL"
"$PAYRUN" db up --dir "$S/server" >"$S/out" 2>&1 || bail "no server"
SERVER=$("$PAYRUN" db url --dir "$S/server")
ok "roles and schema on the server" "$PAYRUN" db migrate --dir "$DIR" --db "$SERVER"
ok "restored there" pg_restore --clean --if-exists --exit-on-error --no-owner --dbname="$SERVER" "$S/move.dump"
p db down >"$S/out" 2>&1
echo "database: \"$SERVER\"" >>"$DIR/payrun.yaml"
URL=$SERVER
is "everything is there" "$(sql "SELECT (SELECT count(*) FROM audit) || ' ' || (SELECT sum(minor) FROM outcome) || ' ' || (SELECT beat FROM lineage)")" "$before"
ok "the audit is whole" p audit verify
payroll 6 9 >"$S/more.csv"
approved "$S/more.csv" 2026-12 || bail "not approved"
exits "a database that was moved sends nothing by itself" 4 as amina send "$RUN" --wait
like "because nobody can tell what came along" "$(cat "$S/out")" "the database was moved or failed over"
exits "the provider is asked what it paid" 4 p lineage --ask
ok "one proposes" as amina lineage --propose --reason "moved to the server, the old one is stopped"
ok "another agrees" as brian lineage --agree
exits "and it pays from there" 0 p work --until-idle
is "all of it" "$(count paid.count)" 6
is "not from the old place" "$(test -S "$DIR/postgres/run/.s.PGSQL.5432" && echo up)" ""

each_paid_once
"$PAYRUN" db down --dir "$S/server" >/dev/null 2>&1
story_end
