#!/usr/bin/env bash
# A daemon releases what is due, beside timers and other daemons, once; its login
# can neither make nor approve a run, nor change a schedule.  One without the
# right says so and goes on paying.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=20
story "a daemon and its slots"
login() {   # login NAME ROLES: a way into the private server, as somebody's own would have
    sql "CREATE ROLE $1 LOGIN IN ROLE $2"
    printf 'payrun "%s" %s\n' "$(id -un)" "$1" >>"$DIR/postgres/data/pg_ident.conf"
}
login pay_night "payrun_night, payrun_worker"
login pay_worker payrun_worker
sql "SELECT pg_reload_conf()" >/dev/null
NIGHT=$(sed 's,//[^@]*@,//pay_night@,' <<<"$URL")
WORKER=$(sed 's,//[^@]*@,//pay_worker@,' <<<"$URL")
night() { psql -XAtq -v ON_ERROR_STOP=1 -c "SET search_path TO payrun" -c "SET ROLE payrun_night" -c "$1" "$NIGHT"; }
wait_for 10 night "SELECT 1" || bail "no login of the night"
daemon() { "$PAYRUN" work --db "$1" --dir "$DIR" >>"$2" 2>&1 & }
ago() { TZ=Africa/Nairobi date -d "$1 ago" "+$2"; }

payroll 6 1 >"$S/1.csv"
approved "$S/1.csv" 2026-09
ok "a time that has just passed" as amina schedule add soon --every "*-*-* $(ago '3 minutes' %H:%M)" \
    --holidays pay --grace 120 --now "$(ago '1 hour' '%F %H:%M')"

# --- what the night's login may not
refused() { # refused NAME SQL
    night "$2" >"$S/out" 2>&1
    like "$1" "$(cat "$S/out")" "permission denied|releases only what a schedule|does not go from"
}
refused "it cannot approve" "INSERT INTO approval (run_id, made_by, digest, approver, minor)
    SELECT run_id, made_by, digest, 'brian', minor FROM run"
refused "... nor move it elsewhere" "UPDATE run SET state = 'submitted'"
refused "... nor make a run" "INSERT INTO run (run_id, ref, account_id, period, kind, serial, narration, file_id,
    made_by, digest, rows, minor, ccy) SELECT 9, 'x', account_id, period, kind, 9, 'x', file_id, made_by, digest,
    rows, minor, ccy FROM run"
refused "... nor change a schedule" "UPDATE schedule SET calendar = 'daily', state = 'active'"
refused "... nor decide about a slot" "UPDATE slot SET decision = 'run', decided_by = 'amina', because = 'x'"
refused "... nor release a run that no slot releases" "UPDATE run SET state = 'paying'"
exits "payrun approve by that login" 77 "$PAYRUN" approve "$RUN" --confirm-total "$TOTAL" --as brian --db "$NIGHT" --dir "$DIR"
payroll 3 2 >"$S/2.csv"
exits "payrun upload by it" 77 "$PAYRUN" upload "$S/2.csv" --period 2026-08 --as amina --db "$NIGHT" --dir "$DIR"
exits "payrun schedule pause by it" 77 "$PAYRUN" schedule pause soon --reason x --as amina --db "$NIGHT" --dir "$DIR"
is "nothing was paid by any of that" "$(books summary | jq .payments) $(state)" "0 approved"

# --- the daemons of two hosts, and a timer
daemon "$NIGHT" "$S/one"
one=$!
daemon "$NIGHT" "$S/two"
two=$!
"$PAYRUN" run-due --db "$NIGHT" --dir "$DIR" >"$S/due" 2>&1
is "a timer's call at the same time is harmless" "$?" 0
closed() { [ "$(state)" = closed ]; }
ok "what was due is paid" wait_for 60 closed
is "... released by its slot, once, in the maker's name" \
    "$(sql "SELECT count(*) || ' ' || min(actor) FROM audit WHERE action = 'send' AND detail LIKE 'by schedule soon, slot %'")" "1 amina"
is "... and each once" "$(books summary | jq .payments)" 6
is "nobody said that he may not" "$(cat "$S/one" "$S/two" | grep -c slots_not)" 0
kill -TERM $one $two
wait $one $two 2>/dev/null

# --- a daemon that may not release, with a run that somebody sent
approved "$S/2.csv" 2026-07 bonus
{ PAYRUN_FAILPOINTS=committed.approve.send:kill "$PAYRUN_CHECK" send "$RUN" --dir "$DIR" --as amina >/dev/null 2>&1; } 2>/dev/null
daemon "$WORKER" "$S/three"
three=$!
ok "it goes on paying" wait_for 60 closed
ok "... and says that it may not release" wait_for 60 grep -q slots_not_released "$S/three"
is "... once" "$(grep -c slots_not_released "$S/three")" 1
kill -TERM $three
wait $three 2>/dev/null
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
each_paid_once
story_end
