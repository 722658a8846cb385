#!/usr/bin/env bash
# Every reading of Sapama's contract that the stand-in can play, one small
# payroll each: the run ends right, nobody is paid twice, what is paid here was
# paid there.  This part: how its answers, rows and callbacks look.
PROVIDER=sapama PAYEES=4
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
switches_begin "switches of the Sapama stand-in: what it says"
rule() { pays "$1" rules "$1"; }

# --- how its answers look, several at a time
rule '{"snake":true,"numbers_text":true,"phone_local":false,
  "date_blank":false,"date_zero":false}'
rule '{"trans_time":"digits","skew_s":600,"reference_key":"trans_id",
  "reference_echo":"trans_reference"}'
rule '{"trans_time":"colons","reference_key":"trans_reference",
  "page_clamp":false,"per_page_cap":3,"unknown_id":"404"}'
rule '{"trans_time":"dashes","format_redirect":false,"duplicates":"refused"}'
rule '{"row_trans_id":"receipt","row_reference":"none"}'
rule '{"row_callback_url":false,"row_delay_ms":2000}'
rule '{"cents":false,"charge_minor":500,"latency_ms":50}'

# --- callbacks
rule '{"callback_copies":0}'
rule '{"callback_copies":3,"callback_shuffle_ms":300}'
rule '{"callback_delay_ms":300,"callback_marks":false}'
rule '{"callback_forge":true}'
rule '{"callback_contradict":true}'
rule '{"callback_trans_id":"receipt","callback_shape":"bare"}'
rule '{"callback_method":"get","callback_status":"received"}'
rule '{"callback_method":"post","post_space":"%20","url_wins":false}'
rule '{"callback_status":"number","get_space":"+"}'
for what in repeat forge late contradict drop; do
    pays "callbacks: $what" fault \
        "{\"on\":\"callback\",\"do\":\"$what\",\"times\":0,\"delay_ms\":300,\"copies\":3}"
done
# Nobody listens, so each is told again, in vain: the rows are read anyway.
kill "$SERVE_PID"
wait "$SERVE_PID" 2>/dev/null
rule '{"callback_retries":3}'
switches_end
