#!/bin/bash
# The audit against somebody who owns the database: whatever is changed, put in,
# taken out, swapped or emptied, with triggers off, dropped or never asked, payrun
# audit verify names the entry; a whole chain made anew is found by what was
# written down elsewhere.
. "$(dirname "$0")/../lib/story.sh"
keys
PORT=9 SPORT=9      # nobody is asked
config
ready_made
p db up >"$S/out" 2>&1 || bail "no database"
URL=$(p db url)
owner() { psql -XAtq -v ON_ERROR_STOP=1 -c "SET search_path TO payrun" -c "$1" "$URL"; }

p user add otieno --role admin >/dev/null
for i in 1 2 3 4 5 6 7 8 9; do as otieno user add "person$i" --role maker >/dev/null; done
is "ten entries" "$(owner "SELECT count(*) FROM audit")" 10
for sql in "UPDATE audit SET detail = 'x' WHERE audit_id = 4" "DELETE FROM audit WHERE audit_id = 4" \
    "TRUNCATE audit" "UPDATE history SET why = 'x'" ; do
    case $sql in *history*) owner "INSERT INTO history (run_id, from_state, to_state, on_event, why, actor) VALUES (1, '', '', '', '', '')" ;; esac
    exits "the owner is refused: $sql" 1 owner "$sql"
    like "in words" "$(cat "$S/out")" "is only ever added to"
done

# How somebody gets around that.
replica() { echo "SET session_replication_role = replica; $1; SET session_replication_role = origin"; }
disabled() { echo "ALTER TABLE audit DISABLE TRIGGER ALL; $1; ALTER TABLE audit ENABLE TRIGGER ALL"; }
dropped() { echo "DROP TRIGGER audit_append_only ON audit; DROP TRIGGER audit_never_emptied ON audit; $1"; }
repairs() { echo "SET payrun.repair = 'nothing to see'; $1"; }

keep() { owner "CREATE TABLE kept AS TABLE audit; CREATE TABLE kept_head AS TABLE audit_head"; }
back() { owner "SET payrun.repair = 'the test'; TRUNCATE audit; INSERT INTO audit SELECT * FROM kept;
    UPDATE audit_head h SET audit_id = k.audit_id, at = k.at, prev_hash = k.prev_hash, hash = k.hash FROM kept_head k"; }
keep
named() {   # named HOW ENTRY SQL
    ok "$1: $3" owner "$($1 "$3")"
    exits "... is found" 4 p audit verify
    like "... and named" "$(cat "$S/out")" "does not hold at entry $2: "
    back
}
named replica  4  "UPDATE audit SET detail = 'x' WHERE audit_id = 4"
named disabled 5  "UPDATE audit SET actor = 'brian' WHERE audit_id = 5"
named repairs  6  "UPDATE audit SET at = at - interval '1 day' WHERE audit_id = 6"
named replica  7  "DELETE FROM audit WHERE audit_id = 7"
named replica  8  "DELETE FROM audit WHERE audit_id >= 8"
named repairs  1  "TRUNCATE audit"
named replica  3  "DELETE FROM audit WHERE audit_id = 3; UPDATE audit SET audit_id = audit_id - 1 WHERE audit_id > 3"
named disabled 2  "UPDATE audit a SET actor = b.actor, action = b.action, subject = b.subject, detail = b.detail, at = b.at, hash = b.hash, prev_hash = b.prev_hash FROM audit b WHERE (a.audit_id, b.audit_id) IN ((2, 3), (3, 2))"
named repairs 11  "INSERT INTO audit SELECT 11, at, 'x', 'approve', 'R', '', hash, sha256(hash) FROM audit WHERE audit_id = 10"
named dropped  9  "UPDATE audit SET subject = 'x' WHERE audit_id = 9"

# --- the whole chain made anew from entry 5 on, by the rule
exits "it holds" 0 p audit verify --json
SEVEN=7:$(owner "SELECT encode(hash, 'hex') FROM audit WHERE audit_id = 7")
FOUR=4:$(owner "SELECT encode(hash, 'hex') FROM audit WHERE audit_id = 4")
owner "$(replica "UPDATE audit SET detail = 'checker' WHERE audit_id = 5;
    DO \$\$ DECLARE r audit; h bytea := (SELECT hash FROM audit WHERE audit_id = 4);
    BEGIN FOR r IN SELECT * FROM audit WHERE audit_id > 4 ORDER BY audit_id LOOP
        UPDATE audit SET prev_hash = h, hash = sha256(h || convert_to((
            SELECT string_agg(octet_length(f) || ':' || f, '' ORDER BY nr)
              FROM unnest(ARRAY[r.audit_id::text, to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),
                   r.actor, r.action, r.subject, r.detail]) WITH ORDINALITY AS t(f, nr)), 'UTF8'))
         WHERE audit_id = r.audit_id RETURNING hash INTO h;
    END LOOP; UPDATE audit_head SET hash = h, prev_hash = (SELECT prev_hash FROM audit WHERE audit_id = 10); END \$\$")"
exits "a chain made anew holds by itself" 0 p audit verify
exits "but not against a later hash written down" 4 p audit verify --against "$SEVEN"
like "which names its entry" "$(cat "$S/out")" "entry 7 of the audit is not the one that was written down: the chain was made anew"
exits "what stands before it still does" 0 p audit verify --against "$FOUR"
ok "and it can be added to" as otieno user add last --role auditor
story_end
