#!/usr/bin/env bash
# Somebody is told: what has to be heard of is written with its fact, told on every
# channel, signed, tried again, told once more on request; and a receiver that is
# dead or hangs delays no payment.  A double payment freezes sending.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "somebody is told"

printf 'hook-secret-of-the-story-0123456789' >"$S/hook.secret"
chmod 600 "$S/hook.secret"
echo hang >"$S/mode"
node "$(dirname "$0")/../clients/receivers.cjs" "$S" >"$LOG.node" 2>&1 &
wait_for 20 test -s "$S/hook.port" || bail "no receivers"
wait_for 20 test -s "$S/mail.port" || bail "no receivers"
mkdir "$S/events"
cat >"$S/page" <<'SH'
#!/bin/sh
{ echo "$PAYRUN_EVENT_KIND $1"; cat; } >>"${0%/*}/paged"
SH
chmod 755 "$S/page"
channels="channels:
  - name: pager
    command: [$S/page, night]
  - name: finance
    mail: smtp://127.0.0.1:$(cat "$S/mail.port")
    from: payrun@example.org
    to: [finance@example.org, cfo@example.org]
  - name: files
    folder: $S/events
    events: [all]
  - name: erp
    webhook: http://127.0.0.1:$(cat "$S/hook.port")/in?from=payrun
    secret: file:$S/hook.secret
    events: [run, payment.double, test]"
config "$channels"

deliver() { p events deliver --until-idle --json >"$S/delivered" 2>>"$LOG.deliver"; }
hooks() { grep -c "$1" "$S/hooks" 2>/dev/null; }
events() { p events list --json "$@" | jq -r '[.events[].kind] | unique | join(" ")'; }
# What waits for its next try is due now.
hurry() { sql "UPDATE delivery SET next_at = now() WHERE next_at IS NOT NULL"; }

# --- a run is paid while the receiver hangs -----------------------------------
payroll 12 >"$S/pay.csv"
approved "$S/pay.csv" 2026-11 || bail "not approved"
"$PAYRUN" events deliver --dir "$DIR" >>"$LOG.deliver" 2>&1 &
TELLER=$!
exits "a run is paid while its receiver hangs" 0 as amina send "$RUN" --wait
is "all of it" "$(count paid.count)" 12
ok "the receiver was asked meanwhile" wait_for 20 test -s "$S/hooks"
kill -TERM $TELLER
wait $TELLER
is "the teller stops when it is told to, in the middle of it" "$?" 143
is "every move of the run is an event, written with it" "$(events --kind run)" \
   "run.approved run.closed run.paying run.settled run.submitted"
is "none of them was delivered" "$(sql "SELECT count(*) FROM delivery WHERE channel = 'erp' AND delivered_at IS NOT NULL")" 0

# --- refused, then taken ---------------------------------------------------------
echo refuse >"$S/mode"
hurry
deliver
is "a receiver that refuses is asked once and then left alone" \
   "$(hooks '^refuse')" 1
like "and what it said is kept" "$(p events list --undelivered)" "erp: http://127.0.0.1:[0-9]+/in.from=payrun answered HTTP 500"
is "the other channels were told all the same" "$(find "$S/events" -name '*-run.closed.json' | wc -l)" 1
echo ok >"$S/mode"
hurry
deliver
is "the next time it has all of them" "$(hooks '^ok good')" 5
is "each signed over id, time and body" "$(hooks ' bad ')" 0
is "under the address as it stands" "$(grep -c '/in?from=payrun$' "$S/hooks")" "$(wc -l <"$S/hooks")"
is "nothing waits" "$(jq -r '"\(.later) \(.given_up)"' "$S/delivered")" "0 0"
one=$(sql "SELECT outbox_id FROM outbox WHERE kind = 'run.closed'")
name=$(sql "SELECT event_id FROM outbox WHERE kind = 'run.closed'")
as amina events resend "$one" --channel erp >/dev/null
deliver
is "told again: the same name" "$(grep -c "^ok good $name" "$S/hooks")" 2
is "and the same bytes" "$(grep -F "$name" "$S/bodies" | sort -u | wc -l)" 1
is "nobody is paged for a good night" "$(cat "$S/paged" 2>/dev/null)" ""

# --- alerts ----------------------------------------------------------------------
sql "SELECT audit_append('worker x', 'lane close', 'salaries', 'the key was refused (HTTP 401)')" >/dev/null
deliver
like "a closed lane: the pager" "$(cat "$S/paged")" "^lane.closed night
Nothing is sent from account salaries any more

the key was refused"
like "and a letter" "$(cat "$S/letters")" "RCPT TO:<finance@example.org>.*RCPT TO:<cfo@example.org>.*Subject: Nothing is sent from account salaries any more"
is "the program that keeps the runs does not want it" "$(grep -c lane.closed "$S/hooks")" 0
: >"$S/paged"

# in doubt for more than 15 minutes: once
payroll 3 7 >"$S/more.csv"
approved "$S/more.csv" 2026-12 || bail "not approved"
sql "UPDATE run SET state = 'paused' WHERE ref = '$RUN'"
sql "UPDATE batch SET state = 'in_doubt', state_at = now() - interval '14 minutes'
      WHERE run_id = (SELECT run_id FROM run WHERE ref = '$RUN')" >/dev/null
deliver
is "in doubt for 14 minutes: nobody is called" "$(cat "$S/paged")" ""
sql "UPDATE batch SET state_at = now() - interval '16 minutes' WHERE state = 'in_doubt'"
deliver
deliver
is "for 16: once" "$(grep -c '^payment.in_doubt' "$S/paged")" 1
like "it says what to do" "$(cat "$S/paged")" "3 payments of run $RUN in doubt since .*do not pay them in another way"
: >"$S/paged"

# paid twice: nothing more leaves
sql "SELECT audit_append('worker x', 'paid_again_2', '$RUN', 'row 2 was paid again, receipt XYZ')" >/dev/null
is "a double payment freezes sending, in its own transaction" \
   "$(sql "SELECT paused FROM standstill")" t
like "whoever looks is told why" "$(sql "SELECT why FROM standstill")" "Somebody was paid twice in run $RUN"
deliver
is "the pager" "$(grep -c '^payment.double' "$S/paged")" 1
is "and the program" "$(grep -c 'good .* payment.double' "$S/hooks")" 1
ok "a person resumes" as amina resume --all --reason "looked: it was ours"
is "and it is thawed" "$(sql "SELECT paused::text || frozen FROM standstill")" false
exits "told so" 0 deliver

# --- what does not end ------------------------------------------------------------
cat >"$S/page" <<'SH'
#!/bin/sh
tail --pid=$PPID -f /dev/null & exit 3
SH
p events test >/dev/null
hurry
deliver
like "a pager that fails is tried again" "$(p events list --kind test --undelivered)" "pager: $S/page ended with status 3"
sql "UPDATE delivery SET tries = 79, next_at = now() WHERE channel = 'pager' AND delivered_at IS NULL"
deliver
like "and given up after the last of its tries" "$(p events list --undelivered)" "given up: pager; payrun events resend"

config
exits "without channels there is nobody to tell" 78 p events deliver --until-idle
like "and it says how to name somebody" "$(cat "$S/out")" "add channels: to payrun.yaml"
config "channels: [{ name: x, command: [page], folder: /tmp }]"
exits "two ways in one channel are a mistake" 78 p events deliver
like "named" "$(cat "$S/out")" "channel x: it says not one way"
config

as amina pause "$RUN" --reason "the story ends" >/dev/null 2>&1
each_paid_once
came_past
story_end
