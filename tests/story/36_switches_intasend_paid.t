#!/usr/bin/env bash
# Every switch and fault of the IntaSend stand-in, the third part: refusals,
# what becomes of a payment, what is told of it and what never is.  A code that
# nobody knows is in doubt and shows up in the list of unknown codes.
PAYEES=12
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
switches_begin "switches of the IntaSend stand-in: payments"
api() { curl -sf -H "Authorization: Bearer $(cat "$S/key")" \
    "http://127.0.0.1:$PORT/api/v1/$1" "${@:2}"; }

# The shapes of a refusal, one after the other, stop the same run.
set_up
for shape in envelope detail details fields; do
    rules "{\"errors\":\"$shape\"}"
    fault '{"on":"initiate","do":"status","http":400}'
    exits "a refusal as $shape stops it" 4 as amina send "$RUN" --wait
    as amina resume "$RUN" >/dev/null
done
sent "and put right" 0 12/0/0
pays "a refusal that is no JSON proves nothing" rules '{"errors":"text"}' \
    fault '{"on":"initiate","do":"status","http":400}'
stops "an expired key, 401" rules '{"expired_key":401}'
stops "an expired key, 403" rules '{"expired_key":403}'
stops "too many items" rules '{"items_max":3}'
stops "initiate checks the balance" rules '{"check_yes":true}' wallet 100.00

# The lost answer's file still has the keys; a person cancels it there.
pays "a key only once" rules '{"keys_once":true}'
set_up rules '{"keys_once":true}' fault '{"on":"initiate","do":"drop_after"}'
exits "a key only once, and a lost answer: stopped" 4 as amina send "$RUN" --wait
api send-money/cancel/ -o /dev/null -d "{\"file_id\":\"$(books requests |
    jq -r '[.[] | select(.fault == "drop_after")][0].file_id')\"}"
as amina resume "$RUN" >/dev/null
sent "and its file cancelled there" 0 12/0/0

echo "# what becomes of a payment"
pays "TH107, TF104, TP104, TR109" fault '{"on":"item","do":"th107"}' \
    fault '{"on":"item","do":"tf104"}' fault '{"on":"item","do":"tp104"}' \
    fault '{"on":"item","do":"tr109"}'
pays "slow; a receipt that comes late; paid whatever its number says" \
    fault '{"on":"item","do":"slow","times":2}' \
    fault '{"on":"item","do":"late_receipt","times":3}' fault '{"on":"item","do":"paid"}'
play "TF103 from the start" 1 10/2/0 fault '{"on":"item","do":"tf103","times":2}'
play "low balance in mid-file" 1 7/5/0 fault '{"on":"item","do":"no_funds","skip":7,"times":0}'
play "some fail; too small, too large" 1 7/5/0 fault '{"on":"item","do":"fail","skip":1,"times":3}' \
    fault '{"on":"item","do":"too_small"}' fault '{"on":"item","do":"too_large"}'
play "everybody fails" 1 0/12/0 rules '{"fail_per_mille":1000}'
play "limits are data there: nobody is within them" 1 0/12/0 \
    rules '{"latency_ms":50,"rails":{"MPESA-B2C":{"min":"10","max":"11"}}}'
play "files that end BF102, BF105, BF107" 1 0/12/0 fault '{"on":"file","do":"bf102"}' \
    fault '{"on":"file","do":"bf105"}' fault '{"on":"file","do":"bf107"}'

# TF106, and a moment later TS100.  Whether the first was seen is a matter of
# luck; when it was, the failure stands and a person is told.
set_up fault '{"on":"item","do":"flip","times":3}'
rc=0
as amina send "$RUN" --wait >"$S/out" 2>&1 || rc=$?
told=$(sql "SELECT coalesce(sum(substring(why from '^[0-9]+')::int), 0) FROM history
              JOIN run USING (run_id) WHERE ref = '$RUN' AND on_event = 'contradiction'")
read -r n1 c1 <<<"$(theirs)"
is "all were paid there in the end" "$((n1 - N0))" 12
read -r ends cents <<<"$(ours)"
is "paid, or failed with an alarm for each: exit, ends, alarms" "$rc $ends $told" \
   "$((told > 0 ? 3 : 0)) $((12 - told))/$told/0 $told"

echo "# what is told"
pays "callbacks three times" fault '{"on":"webhook","do":"repeat","times":3}'
pays "callbacks newest first" fault '{"on":"webhook","do":"shuffle"}'
pays "callbacks late, and forged" fault '{"on":"webhook","do":"late","delay_ms":900,"times":0}' \
    fault '{"on":"webhook","do":"forge","times":0}'
pays "callbacks that contradict" fault '{"on":"webhook","do":"contradict","times":0}'
pays "callbacks without a challenge" rules '{"no_challenge":true}'
pays "no callbacks" fault '{"on":"webhook","do":"drop","times":0}'
pays "callbacks switched off" rules '{"webhooks":false}'

# Paid, told and done; afterwards it is taken back.  Paid stays paid here.
back() { [ "$(books summary | jq .returned)" = 2 ]; }
pays "paid" fault '{"on":"item","do":"reverse","times":2}'
ok "and taken back by the provider" wait_for 20 back
p work --until-idle >/dev/null 2>&1
is "which changes no outcome by itself" "$(ours | cut -d' ' -f1)" 12/0/0

echo "# what is never told"
GIVE_UP_MS=1200
first_look 100
play "TF105, not paid" 3 10/0/2 fault '{"on":"item","do":"tf105_unpaid","times":2}'
play "TF105, and paid" 3 10/0/2 fault '{"on":"item","do":"tf105_paid","times":2}'
exits "no code is unknown so far" 0 p codes --unknown --json
is "none" "$(jq '.unknown | length' "$S/out")" 0
play "a code that nobody knows" 3 10/0/2 fault '{"on":"item","do":"unlisted","times":2}'
exits "it is listed" 0 p codes --unknown --json
is "whose, which, how often, since which run" \
   "$(jq -r '.unknown[] | "\(.provider) \(.of) \(.code) \(.times) \(.batch | sub("-[0-9]+$"; ""))"' \
      "$S/out")" "intasend payment TX999 2 $RUN"
exits "for people" 0 p codes --unknown
like "with what it means for the payment" "$(cat "$S/out")" \
   "TX999 +2 x .*1 unknown code: what carries one is in doubt"
# (An answer that comes late would make a second file, without the fault.)
ANSWER_MS=5000 LEASE_MS=8000 first_look 100
set_up fault '{"on":"item","do":"never"}'
sending
eleven() { [ "$(ours | cut -d' ' -f1)" = 11/0/0 ]; }
ok "no result, ever: the others are paid" wait_for 20 eleven
is "and the run stays open" "$(state)" paying
kill -TERM "$SEND_PID"
wait "$SEND_PID"
switches_end
