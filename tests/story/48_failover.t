#!/usr/bin/env bash
# The primary dies and its standby is promoted without the last seconds, in which
# payments were sent.  The file of marks outside the database knows more than the
# new primary: payrun reconciles before it sends, and nobody is paid twice.
PROVIDER=sapama
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/restore.sh"
story "a standby promoted too early"
BIN=$(pg_config --bindir 2>/dev/null)
[ -x "$BIN/pg_basebackup" ] || BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
OWNER=$(stat -c %U "$DATA")
run_as() { if [ "$(id -u)" = 0 ]; then runuser -u "$OWNER" -- "$@"; else "$@"; fi; }
SOCK=$(sed -n 's/.*host=\([^& ]*\).*/\1/p' <<<"$(sed 's/%2F/\//g' <<<"$URL")")
STANDBY=$S/standby
mkdir "$STANDBY" "$STANDBY/run" && chmod 711 "$S" && chown -R "$OWNER" "$STANDBY"

BATCH_ROWS=5 config
payroll 5 7 >"$S/sep.csv"
ok "September: 5 paid" approved "$S/sep.csv" 2026-09
ok "... and closed" as amina send "$RUN" --wait
payroll 30 2 >"$S/oct.csv"
ok "October: 30 in 6 batches" approved "$S/oct.csv" 2026-10
OCT=$RUN

ok "a standby is made" run_as "$BIN/pg_basebackup" -U payrun -h "$SOCK" -D "$STANDBY/data" -R -X stream -c fast
cat >>"$STANDBY/data/postgresql.auto.conf" <<CONF
unix_socket_directories = '$STANDBY/run'
port = 5432
listen_addresses = ''
CONF
ok "... and follows" run_as "$BIN/pg_ctl" -D "$STANDBY/data" -l "$STANDBY/log" -w -t 60 start
SURL=${URL//$(sed 's/\//%2F/g' <<<"$SOCK")/$(sed 's/\//%2F/g' <<<"$STANDBY/run")}
SURL=${SURL//$SOCK/$STANDBY/run}
now_there() { psql -XAtqc "SELECT pg_last_wal_replay_lsn() >= '$1'" "$SURL" 2>/dev/null | grep -q t; }
LSN=$(sql "SELECT pg_current_wal_lsn()")
ok "it has all of it so far" wait_for 60 now_there "$LSN"

# Shipping stops; what is sent now the standby never hears of.
ok "the link breaks" sh -c "psql -XAtqc \"ALTER SYSTEM SET primary_conninfo = 'host=$S/nowhere'\" '$SURL' && psql -XAtqc 'SELECT pg_reload_conf()' '$SURL'"
no_sender() { [ "$(sql "SELECT count(*) FROM pg_stat_replication")" = 0 ]; }
ok "... really" wait_for 30 no_sender
ok "October is paid by the old primary" as amina send "$OCT" --wait
is "35 were paid" "$(paid_there)" 35
ok "the primary dies" p db down
ok "the standby takes its place" run_as "$BIN/pg_ctl" -D "$STANDBY/data" -w -t 60 promote

# From here on payrun is told where the new one is; the mark stays where it was.
p() { "$PAYRUN" "$@" --dir "$DIR" --db "$SURL"; }
as() { local who=$1; shift; "$PAYRUN" "$@" --dir "$DIR" --db "$SURL" --as "$who"; }
URL=$SURL
is "the new primary thinks that nothing of October left" \
   "$(sql "SELECT count(*) FROM attempt t JOIN batch b USING (batch_id) JOIN run r USING (run_id)
            WHERE r.ref = '$OCT'")" 0
exits "sending goes on? No" 4 as amina send "$OCT" --wait
like "... it says why" "$(cat "$S/out")" "last ones are missing|failed over"
is "nothing was sent" "$(paid_there)" 35
exits "the doctor says so" 78 p doctor
like "... and what to do" "$(cat "$S/out")" "payrun lineage"
exits "the provider is asked" 4 p lineage --ask --json
is "all of October is found" "$(jq '[.accounts[].sent] | add' "$S/out")" 30
ok "one proposes" as amina lineage --propose --reason "pg1 died, pg2 took over"
ok "another agrees" as brian lineage --agree
ok "a person lets October go on" as amina resume "$OCT"
ok "October goes on" as amina send "$OCT" --wait
is "... to its end, by what the provider lists" "$(p status "$OCT" --json | jq -r .state)" closed
is "35 were paid, nobody twice" "$(paid_there)" 35
each_paid_once
run_as "$BIN/pg_ctl" -D "$STANDBY/data" -m immediate stop >/dev/null 2>&1
story_end
