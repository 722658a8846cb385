#!/usr/bin/env bash
# The readings of Sapama's contract that leave a request without an answer, or
# refuse it: nothing is sent twice, and a payment is in doubt only where the
# provider never tells, or not where we believe it.
PROVIDER=sapama PAYEES=4
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
GIVE_UP_MS=2500
switches_begin "switches of the Sapama stand-in: no answer, and refusals"

# --- slow, and broken on the way back: the rows prove what happened
pays "slow" rules '{"answer_delay_ms":300}'
pays "no answers at all" rules '{"answers_lost":true}'
pays "nor rows for all by phone" rules '{"answers_lost":true,"any_with_phone":false}'
for what in drop_after truncate garbage html; do
    pays "$what" fault "{\"on\":\"b2c\",\"do\":\"$what\"}"
done
pays "drip" fault '{"on":"b2c","do":"drip","delay_ms":300}'
pays "an answer that comes too late" fault '{"on":"b2c","do":"delay","delay_ms":1200}'
pays "429" fault '{"on":"b2c","do":"status","http":429,"retry_after":1}'
pays "questions fail by chance" fault \
    '{"on":"get_transactions","do":"status","times":0,"per_mille":300}'

# --- the whole request is refused: a person is called, nobody failed
stops "variables beyond the limit are dropped" rules '{"input_vars_max":37}'
stops "too many beneficiaries" rules '{"beneficiaries_max":2}'
stops "another hash" rules '{"hash_arrays":"word"}'
stops "a wrong key, as the old token" rules '{"hash_arrays":"word","bad_key":"token"}'
stops "a wrong key, told of the hash" rules '{"hash_arrays":"word","bad_key":"hash"}'

# --- never told, or not where we believe it: a callback alone proves nothing.
PAYEES=2 GIVE_UP_MS=1200
first_look 50
plays "a receipt in another column: paid there, in doubt here" 3 0/0/2 2 \
    rules '{"row_trans_id":"reference"}'
plays "an answer lost, no rows, no callbacks" 3 0/0/2 2 \
    rules '{"answers_lost":true,"rows_listed":false,"callback_copies":0}'
plays "refused by a page of HTML: nobody was paid, and nobody can tell" 3 0/0/2 0 \
    rules '{"error_html":true,"beneficiaries_max":1}'
plays "too many, says a page in front of it: the same" 3 0/0/2 0 \
    rules '{"error_html":true}' fault '{"on":"b2c","do":"status","http":429}'
plays "hung up on: the same" 3 0/0/2 0 fault '{"on":"b2c","do":"drop_before"}'
switches_end
