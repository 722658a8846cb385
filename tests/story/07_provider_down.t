#!/usr/bin/env bash
# The provider is away for a while, before and in the middle of a run.
. "$(dirname "$0")/../lib/story.sh"
GIVE_UP_MS=2000 story "the provider is down for a while"

payroll 40 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
sandbox_down
exits "unreachable, and it says so" 69 as amina send "$RUN" --wait
like "in words" "$(cat "$S/out")" "127.0.0.1"
is "nobody failed" "$(count failed.count)" 0
sandbox_up --challenge-file "$S/challenge"
GIVE_UP_MS=20000 config
fault '{"on":"status","do":"status","http":503,"times":5}'
fault '{"on":"approve","do":"status","http":502,"times":1}'
exits "it goes on where it was" 0 as amina send "$RUN" --wait
each_paid_once
story_end
