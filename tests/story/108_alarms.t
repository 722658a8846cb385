#!/usr/bin/env bash
# What a worker tells people of a run, and which needs a provider that lies, a day
# to pass, or somebody who changed the database: each is made here by hand.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=50 BATCH_ROWS=5
watch_points
story "what a worker tells" --balance 500000.00
and_a_till

# till_run PERIOD SEED: two at Sapama, whose list cannot be read: in flight, and the
# worker is gone
till_run() {
    payroll 2 "$2" >"$S/run.csv"
    as amina upload "$S/run.csv" --account till --period "$1" --json >"$S/up" 2>&1
    RUN=$(jq -r .run "$S/up")
    as amina submit "$RUN" >/dev/null
    as brian approve "$RUN" --confirm-total "$(jq -r .total "$S/up")" >/dev/null
    fault_sapama '{"on":"get_transactions","do":"drop_before","times":0}'
    sending
    wait_for 60 flies
    { kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
    OF="run_id = (SELECT run_id FROM run WHERE ref = '$RUN')"
}
flies() { [ "$(sql "SELECT b.state FROM batch b JOIN run r USING (run_id) WHERE r.ref = '$RUN'")" = in_flight ]; }
told() { [ "$(sql "SELECT count(*) FROM history WHERE $OF AND on_event = '$1'")" -gt 0 ]; }
works() { "$PAYRUN" work --dir "$DIR" >>"$LOG.work" 2>&1 & WORK_PID=$!; }
rests() { kill -TERM $WORK_PID; wait $WORK_PID; }
is_now() { [ "$(sql "SELECT state FROM run WHERE ref = '$RUN'")" = "$1" ]; }

# --- a file without an end for a day
till_run 2026-09 3
ok "a batch is in flight" flies
ok "... for two days, says the book" sql "UPDATE batch SET state_at = now() - interval '2 days' WHERE $OF"
works
ok "that is told" wait_for 60 told no_end

# --- sums that do not tie: the run is not closed
sql "UPDATE source_file SET rows = rows + 1 WHERE file_id = (SELECT file_id FROM run WHERE ref = '$RUN')" >/dev/null
no_faults_sapama
ok "sums that do not tie are told" wait_for 60 told sums_differ
is "... and the run is not closed" "$(sql "SELECT state FROM run WHERE ref = '$RUN'")" settled
sql "UPDATE source_file SET rows = rows - 1 WHERE file_id = (SELECT file_id FROM run WHERE ref = '$RUN');
     UPDATE run SET recount_at = NULL WHERE ref = '$RUN'" >/dev/null
ok "mended, it closes" wait_for 60 is_now closed

# --- a closed run whose end is doubted
sql "UPDATE run SET recount_at = 'infinity' WHERE ref = '$RUN'" >/dev/null
ok "a closed run that is contradicted is opened again" wait_for 60 is_now settled
ok "... which is told" told reopen
rests

# --- held for not sent, and the provider's list has it
till_run 2026-10 4
sql "DELETE FROM placed WHERE batch_id / 100000 = (SELECT run_id FROM run WHERE ref = '$RUN');
     UPDATE batch SET state = 'ready', left_no = NULL, owner = NULL, lease_until = NULL, poll_at = now() WHERE $OF" >/dev/null
no_faults_sapama
works
ok "a batch held for not sent is found sent" wait_for 60 told found_sent
ok "... the run stops, gravely" wait_for 60 told sent_after_all
is "... in doubt, and not sent again" "$(sql "SELECT count(*) FROM attempt t JOIN batch b USING (batch_id) WHERE $OF")" 1
rests

# --- a file that IntaSend does not let us cancel
{ echo name,phone,amount; for i in 1 2 3 4; do echo "A $i,071200010$i,240000"; done; } >"$S/run.csv"
ok "a run that the wallet does not cover" approved "$S/run.csv" 2026-11
sending
OF="run_id = (SELECT run_id FROM run WHERE ref = '$RUN')"
lies() { [ "$(sql "SELECT b.state FROM batch b WHERE $OF")" = initiated ] && is_now paused; }
ok "... is prepared, and stops" wait_for 60 lies
{ kill -9 $SEND_PID; wait $SEND_PID; } 2>/dev/null
fault '{"on":"cancel","do":"status","http":400,"times":0}'
ok "it is cancelled here" as amina cancel "$RUN" --reason "no money"
works
ok "a file that must be cancelled by hand is told" wait_for 90 told cancel_by_hand
rests
came_past
is "Sapama's books: nobody was paid twice" "$(books_sapama double | jq length)" 0
is "... all four were paid" "$(books_sapama summary | jq -r .payments)" 4
is "IntaSend's books: nobody was paid" "$(books summary | jq -r .payments)" 0
story_end
