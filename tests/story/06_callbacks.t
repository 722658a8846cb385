#!/usr/bin/env bash
# Callbacks repeated, shuffled and forged: the same end, and never a payment
# without the status enquiry agreeing.
. "$(dirname "$0")/../lib/story.sh"
story "callbacks repeated, shuffled, forged"
ok "the listener is up" serve_up

fault '{"on":"webhook","do":"repeat","times":3}'
payroll 30 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "all paid" 0 as amina send "$RUN" --wait
ok "the copies were counted, not stored again" \
   wait_for 10 test "$(sql "SELECT coalesce(max(copies), 0) FROM inbox")" -gt 1
each_paid_once

no_faults
payroll 30 2 >"$S/dec.csv"
ok "another run" approved "$S/dec.csv" 2026-12
cb=http://127.0.0.1:$CBPORT/callback/salaries/
before=$(sql "SELECT count(*) FROM outcome")
track=$(sql "SELECT tracking_id FROM batch WHERE tracking_id IS NOT NULL LIMIT 1")
for challenge in wrong "" a-long-and-secret-challenge; do
    body=$(jq -nc --arg t "$track" --arg c "$challenge" \
        '{tracking_id:$t, file_id:"ABC1234", status:"Completed",
          status_code:"BC100", challenge:$c, transactions:[]}')
    is "a forged one ($challenge) is acknowledged" \
       "$(curl -s -o /dev/null -w '%{http_code}' -d "$body" "$cb")" 200
done
is "another account's name is unknown" "$(curl -s -o /dev/null -w '%{http_code}' \
    -d '{}' "http://127.0.0.1:$CBPORT/callback/nobody/")" 404
is "GET is refused" "$(curl -s -o /dev/null -w '%{http_code}' "$cb")" 405
ok "the worker looks at them" p work --until-idle
is "none is left over" "$(sql "SELECT count(*) FROM inbox WHERE done_at IS NULL")" 0
is "nothing became paid by a callback" "$(sql "SELECT count(*) FROM outcome")" \
   "$before"
exits "the run is paid by asking" 0 as amina send "$RUN" --wait
each_paid_once
kill "$SERVE_PID"
story_end
