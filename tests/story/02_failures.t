#!/usr/bin/env bash
# Some payments fail at the provider: they are named, with what to do.
. "$(dirname "$0")/../lib/story.sh"
story "one payment in a hundred fails" --fail-per-mille 10 --seed 4
BATCH_ROWS=100 config

payroll 600 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
exits "some certainly failed: exit 1" 1 as amina send "$RUN" --wait
failed=$(books summary | jq -r '600 - .payments')
ok "the sandbox let some fail" test "$failed" -gt 0
is "as many failed here as there" "$(count failed.count)" "$failed"
is "nothing is in doubt" "$(count in_doubt.count)" 0
is "the run is closed: every sum ties" "$(state)" closed
p report "$RUN" --format json >"$S/report.json"
is "every failure has a reason" \
   "$(jq '[.payments[] | select(.state == "failed" and .reason == "")] | length' \
      "$S/report.json")" 0
is "the same seed fails the same people, none of whom was paid" \
   "$(comm -12 <(jq -r '.payments[] | select(.state == "failed") | .account' \
                 "$S/report.json" | sort) \
               <(books 'payments?format=csv' | grep -oE '254[0-9]{9}' | sort -u) |
      wc -l)" 0
each_paid_once
story_end
