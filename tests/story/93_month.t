#!/usr/bin/env bash
# A month of nights, by a clock under our control: October 2026, 31 nights, a
# holiday, a down day, two hosts, kills, a repeated file, a short balance, a
# changed rule of the time zone, the month's end.  Every due run is paid once and
# nothing else, by the sandbox's books.
#   MONTH=all   a run and a kill every night; otherwise every fourth
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=10
story "a month of nights" --balance 50000000
EVERY=4
[ "${MONTH:-}" != all ] || EVERY=1

IN=$S/in
mkdir "$IN"
ok "set up" as amina inbox add "$IN" --maker amina
ok "every night" as amina schedule add nights --every "*-*-* 20:00" --kind main --grace 120 --now "2026-10-01 08:00"
ok "the last day of the month" as amina schedule add bonus --every "*-*~01 18:00" --kind bonus --grace 300 \
    --now "2026-10-01 08:00"

due() { "$PAYRUN" run-due --until-idle --now "2026-10-$1" --dir "$DIR" >>"$LOG.due" 2>&1; }
DUE=                                    # what must be paid in the end: "REF ROWS"
# ready DAY KIND PERIOD: a run of two or three people, approved by two
ready() {
    payroll $((2 + 10#$1 % 2)) "$((10#$1 * 10 + 10#${3:5:2}))" >"$S/run.csv"
    approved "$S/run.csv" "$3" "$2" || return 1
    DUE="$DUE$RUN $ROWS
"
}
POINTS=(commit.approve.send committed.approve.send net.door.initiate net.left.initiate net.left.approve
    commit.landing.approve commit.slot.take committed.slot.take commit.plan net.sent.approve)
IDLE=(committed.plan commit.slot.take committed.slot.take)    # of a night without a run
kills=0
idle() { "$PAYRUN" run-due --now "2026-10-$1" --dir "$DIR" >>"$LOG.due" 2>&1; }
# killed TIME: the night's first call is killed somewhere
killed() {
    PAYRUN_FAILPOINTS="${POINTS[kills % ${#POINTS[@]}]}:kill" "$PAYRUN_CHECK" run-due --until-idle \
        --now "2026-10-$1" --dir "$DIR" >>"$LOG.due" 2>&1
    [ $? != 137 ] || kills=$((kills + 1))
} 2>/dev/null
two_hosts() {
    due "$1" &
    local other=$!
    due "$1"
    wait $other
}

year=2020
for day in $(seq -w 1 31); do
    at="$day 20:0$((10#$day % 10))"
    weekday=$(date -d "2026-10-$day" +%u)
    n=$((10#$day))
    if [ $((n % EVERY)) = 0 ] && [ "$weekday" -lt 6 ] &&
        [[ " 05 06 13 14 15 19 20 22 30 " != *" $day "* ]]; then
        ready "$day" main "$((year + n % 5))-$(printf %02d $((n % 12 + 1)))" || ok "a run for $day" false
        killed "$at"
        due "$at" || ok "the night of $day" false
        continue
    fi
    case $day in
    05) ready 05 main 2019-01                       # two timers on two hosts
        two_hosts "$at" ;;
    06) payroll 3 77 >"$IN/.x.part"                 # a file, and then again
        touch -d '1 minute ago' "$IN/.x.part"
        cp -p "$IN/.x.part" "$S/x.csv"
        mv "$IN/.x.part" "$IN/w-2018-02.csv"
        due "$day 12:00"
        RUN=$(sql "SELECT ref FROM run JOIN drop_file USING (run_id)")
        as amina submit "$RUN" >/dev/null
        as brian approve "$RUN" --confirm-total "$(p show "$RUN" --json | jq -r .total)" >/dev/null
        DUE="$DUE$RUN 3
"
        cp -p "$S/x.csv" "$IN/again-2018-03.csv"
        due "$at" ;;
    13) ready 13 main 2019-02 ;;                    # the machine is down all day
    14) due "14 09:00"                              # ... and up: it asks
        is "a night that was missed asks" "$(sql "SELECT state FROM slot WHERE nominal = '2026-10-13 20:00'")" asks
        as brian schedule decide "$(sql "SELECT slot_id FROM slot WHERE state = 'asks'")" --run \
            --because "power cut" --now "2026-10-14 09:00" >/dev/null
        due "14 09:01" ;;
    15) ready 15 main 2019-03                       # not enough money at 20:00
        curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d '{"balance":"5.00"}' >/dev/null
        due "$at"
        is "a short night holds" "$(sql "SELECT state FROM slot WHERE nominal = '2026-10-15 20:00'") $(state)" "held approved"
        curl -sf -X POST "http://127.0.0.1:$PORT/_wallet" -d '{"balance":"50000000.00"}' >/dev/null
        due "15 21:00" ;;
    19) ready 20 main 2019-04 ;;                    # no call this night; tomorrow is a holiday
    20) due "20 20:00"                              # Mashujaa Day has no slot
        is "no slot on a holiday" "$(sql "SELECT count(*) FROM slot WHERE nominal::date = '2026-10-20'")" 0
        as amina schedule list >/dev/null ;;
    22) sql "UPDATE slot SET due_at = due_at - interval '1 hour', last_at = last_at - interval '1 hour'
              WHERE state = 'planned'" >/dev/null   # planned under another rule of the zone
        ready 22 main 2019-05
        due "22 19:30"
        is "before the hour on the wall nothing leaves" "$(state)" approved
        due "$at" ;;
    30) ready 30 bonus 2019-06                      # the 31st is a Saturday: on Friday
        due "30 18:05" ;;
    31) payroll 2 991 >"$S/no.csv"                  # never approved: never paid
        as amina upload "$S/no.csv" --period 2017-01 >/dev/null
        due "$at" ;;
    *) PAYRUN_FAILPOINTS="${IDLE[n % 3]}:kill" "$PAYRUN_CHECK" run-due --now "2026-10-$at" --dir "$DIR" >>"$LOG.due" 2>&1
        [ $? != 137 ] || kills=$((kills + 1))
        idle "$at" ;;
    esac
done
# The night of the 19th was missed, and the one of the 21st released its run.
is "no slot is forgotten" "$(sql "SELECT count(*) FROM slot WHERE due_at < '2026-10-31 22:00+03'
    AND state IN ('planned', 'held')")" 0
for waiting in $(sql "SELECT slot_id FROM slot WHERE state = 'asks'"); do
    as brian schedule decide "$waiting" --skip --because "its run was paid by a later night" >/dev/null
done
is "the month's end was paid on the working day before" \
    "$(sql "SELECT to_char(nominal, 'YYYY-MM-DD') || ' ' || state FROM slot WHERE wanted = '2026-10-31 18:00'")" \
    "2026-10-30 released"
is "the repeated file is a duplicate" "$(ls "$IN/duplicate")" again-2018-03.csv
like "kills happened" "$kills" "^[1-9][0-9]$"
is "every due run is paid" "$(sql "SELECT string_agg(ref || ' ' || rows, E'\n' ORDER BY ref) FROM run WHERE state = 'closed'")" \
    "$(printf %s "$DUE" | sort)"
is "... and nothing else" "$(sql "SELECT count(*) FROM run WHERE state <> 'closed'")" 1
is "a run was released once" "$(sql "SELECT count(*) = count(DISTINCT run_id) FROM history WHERE on_event = 'send'")" t
is "the books: as many payments as rows that were due" "$(books summary | jq .payments)" \
    "$(printf %s "$DUE" | awk '{ n += $2 } END { print n }')"
is "audit verify" "$(p audit verify >/dev/null 2>&1; echo $?)" 0
each_paid_once
story_end
