#!/usr/bin/env bash
# A payday that nobody clicks: an approved run planned for its day, a nightly
# schedule, two timers at once, a call that is killed, a night that was missed
# and a person who decides.  The clock is --now, in the sandbox.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=20
watch_points
story "what is due"

due() { "$PAYRUN" run-due --until-idle --now "$1" --dir "$DIR" "${@:2}"; }
slot() { sql "SELECT s.state FROM slot s JOIN schedule p USING (schedule_id)
               WHERE p.name = '$1' AND s.nominal = '$2'"; }
slot_id() { sql "SELECT s.slot_id FROM slot s JOIN schedule p USING (schedule_id)
                  WHERE p.name = '$1' AND s.nominal = '$2'"; }

# --- only what two people approved is planned
payroll 4 1 >"$S/1.csv"
RUN=$(as amina upload "$S/1.csv" --period 2026-09 --json | jq -r .run)
exits "a draft cannot be planned" 4 as amina schedule add first --run "$RUN" --at "2026-10-02 20:00" \
    --now "2026-10-01 09:00"
like "... and it says what to do" "$(cat "$S/out")" "payrun approve $RUN"
as amina submit "$RUN" >/dev/null
as brian approve "$RUN" --confirm-total "$(p show "$RUN" --json | jq -r .total)" >/dev/null
exits "a checker plans nothing" 77 as brian schedule add first --run "$RUN" --at "2026-10-02 20:00" \
    --now "2026-10-01 09:00"
ok "the maker plans the approved run" as amina schedule add first --run "$RUN" \
    --at "2026-10-02 20:00" --now "2026-10-01 09:00"
like "schedule show has it" "$(p schedule show first)" "2026-10-02 20:00:00 +planned"
exits "a run is planned once" 4 as amina schedule add again --run "$RUN" --at "2026-10-03 20:00" \
    --now "2026-10-01 09:00"
exits "no such zone" 64 as amina schedule add x --every daily --zone Africa/Nowhere
exits "no such calendar" 64 as amina schedule add x --every "Mon..Foo"
exits "every minute is too often" 64 as amina schedule add x --every "*:*"
exits "--now is not for live money" 64 p run-due --live --now "2026-10-02 19:59"

ok "a minute before, nothing is due" due "2026-10-02 19:59"
is "... and nothing was paid" "$(books summary | jq .payments)" 0
# Two timers on two hosts.
due "2026-10-02 20:01" >"$S/one" 2>&1 &
one=$!
due "2026-10-02 20:01" >"$S/two" 2>&1
wait $one
is "its time came, two called: released" "$(slot first "2026-10-02 20:00")" released
is "... and paid" "$(state)" closed
is "... once" "$(books summary | jq .payments)" 4
is "the audit says by which slot, in whose name" \
    "$(sql "SELECT actor FROM audit WHERE action = 'send' AND detail LIKE 'by schedule first, slot %'")" amina

# --- a nightly schedule, with a working day
ok "a nightly schedule" as amina schedule add nights --every "*-*-* 20:00" --grace 120 \
    --now "2026-10-05 09:00"
payroll 4 2 >"$S/2.csv"
approved "$S/2.csv" 2026-08 bonus || ok "an approved run" false
is "Saturday and Sunday have no night" "$(slot nights "2026-10-10 20:00")$(slot nights "2026-10-11 20:00")" ""
is "... nor the holiday on the 20th" "$(due "2026-10-05 20:00" >/dev/null 2>&1; slot nights "2026-10-20 20:00")" ""
is "the night released what was approved" "$(state)" closed
ok "a night with nothing to pay is no failure" due "2026-10-06 20:05"
is "... and says so" "$(slot nights "2026-10-06 20:00")" nothing

# Killed between release and payment: the next call carries on.
payroll 5 3 >"$S/3.csv"
approved "$S/3.csv" 2026-07 || ok "an approved run" false
PAYRUN_FAILPOINTS='net.door.approve:kill' "$PAYRUN_CHECK" run-due --until-idle \
    --now "2026-10-07 20:00" --dir "$DIR" >"$S/out" 2>&1
is "killed in the middle" $? 137
is "... it is being paid" "$(state)" paying
ok "the next call ends it" due "2026-10-07 20:01"
is "... closed" "$(state)" closed
payroll 5 4 >"$S/4.csv"
approved "$S/4.csv" 2026-06 || ok "an approved run" false
PAYRUN_FAILPOINTS='commit.approve.send:kill' "$PAYRUN_CHECK" run-due --until-idle \
    --now "2026-10-08 20:00" --dir "$DIR" >"$S/out" 2>&1
is "killed before it was released" "$(state)" approved
ok "the next call does it" due "2026-10-08 20:01"
is "... closed" "$(state)" closed

# --- missed
payroll 3 5 >"$S/5.csv"
approved "$S/5.csv" 2026-05 || ok "an approved run" false
ok "an hour late it is caught up" due "2026-10-09 21:30"
is "... closed" "$(state)" closed
payroll 3 6 >"$S/6.csv"
approved "$S/6.csv" 2026-04 || ok "an approved run" false
exits "a night that was missed is not paid by itself" 4 due "2026-10-13 09:00"
is "... it asks" "$(slot nights "2026-10-12 20:00")" asks
is "... and nothing left" "$(state)" approved
like "... the list names the command" "$(p schedule list)" "payrun schedule decide [0-9]+ --run"
NR=$(slot_id nights "2026-10-12 20:00")
exits "a decision needs a reason" 64 as brian schedule decide "$NR" --run
ok "a person decides" as brian schedule decide "$NR" --run --because "the server was down" \
    --now "2026-10-13 09:00"
ok "... and it is paid" due "2026-10-13 09:01"
is "... closed" "$(state)" closed
is "decision, by whom and why stand in the audit" \
    "$(sql "SELECT actor || ' ' || detail FROM audit WHERE action = 'slot decide'")" \
    "brian run: schedule nights, 2026-10-12 20:00:00: the server was down"
exits "decided once" 4 as brian schedule decide "$NR" --skip --because "no"

# --- paused, and a zone whose rule changed
ok "paused" as brian schedule pause nights --reason "audit"
payroll 3 7 >"$S/7.csv"
approved "$S/7.csv" 2026-03 bonus || ok "an approved run" false
ok "while it is paused" due "2026-10-13 20:00"
is "... a night is skipped" "$(slot nights "2026-10-13 20:00") $(state)" "skipped approved"
ok "resumed" as amina schedule resume nights
sql "UPDATE slot SET due_at = due_at + interval '1 hour', last_at = last_at + interval '1 hour'
      WHERE state = 'planned'" >/dev/null
ok "planned under an older rule of the zone: today's counts" due "2026-10-14 20:00"
is "... paid at the hour on the wall" "$(slot nights "2026-10-14 20:00") $(state)" "released closed"
payroll 3 8 >"$S/8.csv"
is "an approval that comes late holds the night" "$(
    as amina upload "$S/8.csv" --period 2026-02 --kind bonus --json >"$S/up"
    due "2026-10-15 20:00" >/dev/null 2>&1; slot nights "2026-10-15 20:00")" held
like "... and says whom it waits for" "$(p schedule show nights)" "waits for approval: $(jq -r .run "$S/up")"
ok "removed" as amina schedule remove nights
exits "... it is gone" 64 p schedule show nights
is "nobody can open a slot again" "$(sql "SET payrun.repair = ''; UPDATE slot SET state = 'planned' WHERE state = 'released'" 2>&1 | grep -c "taken or decided already")" 1
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
each_paid_once
came_past
story_end
