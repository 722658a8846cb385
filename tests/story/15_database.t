#!/usr/bin/env bash
# payrun db, and a server of one's own.
. "$(dirname "$0")/../lib/story.sh"
story "the database"

is "status" "$(p db status --json | jq -r .state)" up
is "all steps applied" "$(p db status --json | jq .pending)" 0
like "the address is a Unix socket" "$(p db url)" "$S"
is "no TCP" "$(psql -XAtq -c 'SHOW listen_addresses' "$URL")" ""
is "checksums are on" "$(psql -XAtq -c 'SHOW data_checksums' "$URL")" on
is "every table and column has a comment" "$(psql -XAtq "$URL" -c "
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
     WHERE nspname = 'payrun' AND relkind IN ('r', 'p')
       AND (col_description(c.oid, attnum) IS NULL
            OR obj_description(c.oid, 'pg_class') IS NULL)")" 0
ok "down" p db down
is "it is down" "$(p db status --json | jq -r .state)" down
ok "down again is fine" p db down
ok "the next command starts it again" p list
is "and nothing is lost" "$(p user list --json | jq '.users | length')" 2

# A server of one's own: another database of the same cluster.
psql -XAtq -c 'CREATE DATABASE other' "$URL"
OTHER=$(sed 's#/payrun?#/other?#; s#dbname=payrun#dbname=other#' <<<"$URL")
exits "not migrated: it says what to do" 78 "$PAYRUN" list --db "$OTHER"
like "in words" "$(cat "$S/out")" "db migrate"
ok "the plan" "$PAYRUN" db migrate --plan --db "$OTHER"
exits "changed nothing" 78 "$PAYRUN" list --db "$OTHER"
ok "migrate" "$PAYRUN" db migrate --db "$OTHER"
ok "migrate again" "$PAYRUN" db migrate --db "$OTHER"
ok "now it works" "$PAYRUN" list --db "$OTHER"
is "an empty list in JSON" "$("$PAYRUN" list --db "$OTHER" --json | jq -c .runs)" "[]"
psql -XAtq -c "UPDATE payrun.schema_step SET sha256 = sha256('x') WHERE step = 1" "$OTHER"
exits "an edited step is refused" 78 "$PAYRUN" list --db "$OTHER"
exits "payrun does not stop a server it did not start" 64 "$PAYRUN" db down --db "$OTHER"
exits "a password among the words of a command is refused" 64 \
    "$PAYRUN" list --db "postgresql://me:canary-pw@127.0.0.1:1/x"
lacks "and not repeated" canary-pw "$S/out"
cp "$DIR/payrun.yaml" "$S/wrong.yaml"
echo 'database: "postgresql://me:canary-pw@127.0.0.1:1/x"' >>"$S/wrong.yaml"
exits "a wrong address is told without its password" 69 \
    "$PAYRUN" list --config "$S/wrong.yaml"
lacks "no password in it" canary-pw "$S/out"
story_end
