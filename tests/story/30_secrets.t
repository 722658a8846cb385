#!/usr/bin/env bash
# Nothing secret gets out: canary values as keys, secrets, challenge and database
# password are used in everything payrun does, failures too, and are then
# looked for in every output, log, table, file, process list and core dump.
. "$(dirname "$0")/../lib/story.sh"
echo "# secrets"
mark="Q$RANDOM$RANDOM"
KEY=ISSecretKey_test_Ckey1$mark
KEY2=ISSecretKey_test_Cwrong2$mark
CHALLENGE=Cchallenge3$mark
PUBLIC=ISPubKey_test_Cpublic4$mark
APIKEY=CAPIKEY5000000000000000000000000000$mark
SECRET=CSECRET6000000000000000000000000000$mark
WRONG=$(tr 6 7 <<<"$SECRET")
DBPASS=Cdatabase7$mark
PASTED=Cpasted8$mark
INENV=ISSecretKey_test_Cenvironment9$mark

# The canaries' own files; no command below has one among its words.
mkdir "$S/own" "$S/outs"
(umask 077
 printf %s "$KEY" >"$S/own/key"; printf %s "$KEY2" >"$S/own/key2"
 printf %s "$CHALLENGE" >"$S/own/challenge"; printf %s "$PUBLIC" >"$S/own/public"
 printf %s "$APIKEY" >"$S/api_key"; printf %s "$SECRET" >"$S/api_secret"
 printf %s "$KEY" >"$S/own/key_open"; printf '%s\n%s' "$KEY" "$KEY2" >"$S/own/key_two"
 printf '*:*:*:*:%s\n' "$DBPASS" >"$S/own/pgpass")
chmod 644 "$S/own/key_open"
for c in "$KEY" "$KEY2" "$CHALLENGE" "$PUBLIC" "$APIKEY" "$SECRET" "$WRONG" "$DBPASS" "$PASTED" "$INENV"; do
    hex=$(printf %s "$c" | od -An -v -tx1 | tr -d ' \n')
    printf '%s\n%s\n%s\n' "$c" "$hex" "$(printf %s "$c" | base64 -w0 | cut -c1-20)"
done >"$S/own/canaries"

sandbox_up --key-file "$S/own/key" --challenge-file "$S/own/challenge" || bail "no sandbox"

# settings KEYSOURCE BASE_URL [DATABASE] [CALLBACK PORT]
settings() {
    mkdir -p "$DIR"
    (umask 077; cat >"$DIR/payrun.yaml" <<YAML
accounts:
  - name: salaries
    provider: intasend
    base_url: $2
    key: $1
    challenge: file:$S/own/challenge
    public_key: file:$S/own/public
    batch_rows: 10
    callback_url: http://127.0.0.1:${4:-1}/callback/salaries/
    poll_first_ms: 100
    poll_cap_ms: 500
    connect_ms: 1000
    answer_ms: 3000
    lease_ms: 6000
    give_up_ms: 3000
  - name: till
    provider: sapama
    base_url: http://127.0.0.1:$SPORT/api/
    key: file:$S/api_key
    secret: file:$S/api_secret
    location_id: "2"
    short_code: "830830"
    callback_url: http://127.0.0.1:${4:-1}/callback/till
    poll_first_ms: 100
    poll_cap_ms: 500
    connect_ms: 1000
    answer_ms: 3000
    lease_ms: 6000
    give_up_ms: 3000
YAML
    [ -z "${3:-}" ] || printf 'database: "%s"\n' "$3" >>"$DIR/payrun.yaml")
}
api=http://127.0.0.1:$PORT/api/v1/
settings "file:$S/own/key" "$api"
p db up >"$S/out" 2>&1 || bail "no database"
URL=$(p db url)
socket=$(sed -E "s/.*host=([^&]+).*/\1/" <<<"$URL")

# From here on the database wants a password.
printf "ALTER ROLE payrun PASSWORD '%s';\n" "$DBPASS" | psql -XAtq "$URL" || bail "no password"
hba=$DIR/postgres/data/pg_hba.conf
sed -i '1i local all all scram-sha-256' "$hba"
sql "SELECT pg_reload_conf()" >/dev/null
export PGPASSFILE=$S/own/pgpass
DB="host=$socket dbname=payrun user=payrun password=$DBPASS"

n=0
# Process lists and environments of everything, as often as they can be read
# while a command runs.
looked() { cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -acFf "$S/own/canaries"; }
try() {     # try [AS] WORDS...: run it, keep what it says, whatever that is
    local pid
    n=$((n + 1))
    timeout 60 "$PAYRUN" "$@" --dir "$DIR" --verbose >"$S/outs/$n.out" 2>"$S/outs/$n.err" </dev/null &
    pid=$!
    looked >>"$S/procs"
    while kill -0 "$pid" 2>/dev/null; do looked >>"$S/procs"; done
    wait "$pid"
    echo "exit $?: $*" >>"$S/outs/list"
}
all() {     # everything that uses a secret or might show one
    try doctor
    try doctor --json
    try list
    try check "$S/nov.csv"
    try upload "$S/nov.csv" --period 2026-1$1 --as amina
    try balance --account salaries
    try balance --account till
    try banks --refresh
    try fund --phone 254712000001 --amount 100 --as amina --confirm-total 100
    try checkout --amount 100 --email a@example.com --as amina --confirm-total 100
    try wallets
    try statement --account salaries
    try payouts --account till
    try statement --account till
    try db status
    try db url
    try send "$2" --as amina --json --wait
}

rm -rf "$S/nowhere"
try user add amina --role maker
try user add brian --role checker
settings "file:$S/own/key" "$api" "$DB"
payroll 25 >"$S/nov.csv"

# --- a day on which all is well ---
settings "file:$S/own/key" "$api" "$DB"
(ulimit -c unlimited; cd "$S" && exec "$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/cbport" \
    --dir "$DIR" --verbose) >>"$LOG.serve" 2>&1 &
SERVE=$!
wait_for 10 test -s "$S/cbport" || bail "no listener"
settings "file:$S/own/key" "$api" "$DB" "$(cat "$S/cbport")"
curl -sf -X POST "http://127.0.0.1:$PORT/_rules" -d "{}" >/dev/null 2>&1
approved "$S/nov.csv" 2026-11 || bail "no run"
first=$RUN
(ulimit -c unlimited; cd "$S" && exec "$PAYRUN" work --dir "$DIR" --verbose) >>"$LOG.work" 2>&1 &
WORK=$!
try send "$first" --as amina --wait
is "the payroll was paid, by the key that is looked for below" "$(count paid.count)" 25
curl -s -X POST "http://127.0.0.1:$(cat "$S/cbport")/callback/salaries/" -d @- >/dev/null <<JSON
{"file_id":"X","challenge":"$CHALLENGE"}
JSON
curl -s -X POST "http://127.0.0.1:$(cat "$S/cbport")/callback/salaries/" \
    -d '{"file_id":"X","challenge":"somebody else"}' >/dev/null
is "a callback with the challenge was believed, the other not" \
   "$(sql "SELECT string_agg(DISTINCT trusted::text, ' ' ORDER BY trusted::text) FROM inbox")" \
   "false true"
printf 'Name,Phone,Amount\nA,0712000001,100\nB,0712000002,200\n' >"$S/till.csv"
try upload "$S/till.csv" --period 2026-11 --kind bonus --account till --as amina --json
till=$(jq -r .run "$S/outs/$n.out")
try submit "$till" --as amina
try approve "$till" --as brian --confirm-total 300
try send "$till" --as amina --wait
all 2 "$first"

# --- days on which it is not ---
settings "file:$S/own/key2" "$api" "$DB"; all 1 "$first"        # a wrong key
payroll 12 7 >"$S/jan.csv"
approved "$S/jan.csv" 2027-01 || bail "no second run"
settings "file:$S/own/key2" "$api" "$DB"; try send "$RUN" --as amina --wait
settings "file:$S/own/key" "http://127.0.0.1:1/api/v1/" "$DB"; all 1 "$RUN"
port=$SPORT
SPORT=1
settings "file:$S/own/key" "$api" "$DB"; all 1 "$till"; try doctor --account till
SPORT=$port
(umask 077; printf %s "$WRONG" >"$S/own/wrong_secret")
settings "file:$S/own/key" "$api" "$DB"
sed -i "s|$S/api_secret|$S/own/wrong_secret|" "$DIR/payrun.yaml"
sed 's/,[12]00$/,300/' "$S/till.csv" >"$S/till2.csv"
try upload "$S/till2.csv" --period 2026-12 --kind bonus --account till --as amina --json
till=$(jq -r .run "$S/outs/$n.out")
try submit "$till" --as amina
try approve "$till" --as brian --confirm-total 600
try send "$till" --as amina --wait
all 1 "$till"
settings "$PASTED" "$api" "$DB"; all 1 "$RUN"                   # the key itself in the file
settings "file:$S/own/key_open" "$api" "$DB"; all 1 "$RUN"
settings "file:$S/own/key_two" "$api" "$DB"; all 1 "$RUN"
settings "file:$S/own/key" "http://u:$PASTED@127.0.0.1:$PORT/api/v1/" "$DB"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "host=127.0.0.1 port=1 user=payrun password=$DBPASS"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "host=$socket user=nobody password=$DBPASS"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "host=$socket password=x $DBPASS"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "postgresql://payrun:$DBPASS@127.0.0.1:none/payrun"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "postgresql://payrun:$DBPASS@127.0.0.1/payrun?$DBPASS"; all 1 "$RUN"
settings "file:$S/own/key" "$api" "$DB"
printf 'key: %s\n  x: [%s\n' "$PASTED" "$PASTED" >>"$DIR/payrun.yaml"; all 1 "$RUN"
settings "env:CANARY_KEY" "$api" "$DB"
fault '{"on":"any","do":"garbage"}' || bail "no fault"
CANARY_KEY=$INENV "$PAYRUN" doctor --dir "$DIR" --verbose >"$S/outs/env.out" 2>&1

# Words of a command are everybody's: a password there is refused.
exits "a password among the words is refused" 64 "$PAYRUN" list --dir "$DIR" \
    --db "host=$socket user=payrun password=not-a-canary"

# --- memory ---
settings "file:$S/own/key" "$api" "$DB" "$(cat "$S/cbport")"
ok "the worker and the listener were there all the time" kill -0 "$WORK" "$SERVE"
is "neither may leave a core dump" \
   "$(awk '/Max core file size/ { print $5, $6 }' "/proc/$WORK/limits" "/proc/$SERVE/limits" | sort -u)" "0 0"
kill -ABRT "$WORK" "$SERVE"
wait "$WORK" 2>/dev/null
is "killed as for a dump" "$?" 134
wait "$SERVE" 2>/dev/null
is "there is none" "$(find "$S" "$DIR" -name 'core*' | wc -l)" 0
# Run by somebody who is not root, its memory is closed to that person too:
# what is in /proc then belongs to root.
me= program=$PAYRUN
mkdir "$S/theirs"
[ "$(id -u)" != 0 ] || { me="setpriv --reuid=65534 --regid=65534 --clear-groups"
                        cp "$PAYRUN" "$S/payrun"; program=$S/payrun; chown 65534 "$S/theirs"; }
$me "$program" sandbox --listen 127.0.0.1:0 --books "$S/theirs/books" \
    --port-file "$S/theirs/port" >/dev/null 2>&1 &
OTHER=$!
wait_for 10 test -s "$S/theirs/port"
# ... but for a build under ASan, whose leak check looks into its own memory
grep -q libasan "/proc/$OTHER/maps" 2>/dev/null ||
    is "nobody but root may look into its memory" \
       "$(stat -c %u "/proc/$OTHER/environ")" 0
kill "$OTHER"
rm -f "$S/payrun"

# --- and now look for them ---
looked_in() { grep -raclFf "$S/own/canaries" "$@" 2>/dev/null; }
is "looking finds what is there" "$(looked_in "$S/own" "$S/api_key" "$S/api_secret" | wc -l)" 11
is "in the answers of commands" "$(looked_in "$S/outs")" ""
is "in the logs" "$(looked_in "$LOG".*)" ""
is "in process lists and environments" "$(sort -u "$S/procs")" 0
ok "which were looked at often" test "$(wc -l <"$S/procs")" -gt 20
pg_dump "$URL" >"$S/dump.sql" || bail "no dump"
ok "the dump is whole" grep -q "PostgreSQL database dump complete" "$S/dump.sql"
is "in the database" "$(looked_in "$S/dump.sql")" ""
p db down >"$S/out" 2>&1
is "in the database's files" "$(looked_in "$DIR/postgres")" ""
is "anywhere in the folder but in the configuration" \
   "$(looked_in "$DIR" | sed "s|$DIR/||")" "payrun.yaml"
is "in the stand-in's books" "$(looked_in "$S/books")" ""
story_end
