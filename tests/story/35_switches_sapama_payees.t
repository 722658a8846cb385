#!/usr/bin/env bash
# What becomes of a single payment at Sapama, and how that is told: each ends as
# it did there, or is in doubt where nobody tells.  A code that is in no table
# is in doubt and shows up in the list of unknown codes.
PROVIDER=sapama PAYEES=4
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
GIVE_UP_MS=1200
switches_begin "switches of the Sapama stand-in: payees"
A="254712000001 254712000002"

plays "everybody fails" 1 0/4/0 0 rules '{"fail_per_mille":1000}'
plays "too little for M-Pesa" 1 0/4/0 0 rules '{"amount_min_minor":100000000}'
plays "too much for M-Pesa" 1 0/4/0 0 rules '{"amount_max_minor":1000}'
plays "mode sandbox pays nobody, but says so" 0 4/0/0 0 rules '{"sandbox_pays":false}'
plays "no callback: paid, failed" 1 3/1/0 3 phones "$A 254700000600 254700000601"
plays "paid, and later reversed" 0 3/0/0 3 phones "$A 254700000700"
plays "ten times as slow" 0 3/0/0 3 phones "$A 254700000200"

# --- in doubt where nobody tells
first_look 50
plays "a receipt that is none, and a failure without a code" 3 2/1/1 2 \
    phones "$A 254700000170 254700000180"
plays "queue timeouts: then paid; paid and never told; not paid, never told" \
    3 3/0/2 4 phones "$A 254700000401 254700000500 254700000501"
plays "never a result, or told as pending: paid, and not" 3 2/0/3 4 \
    phones "$A 254700000300 254700000301 254700000500" rules '{"callback_pending":true}'
# The shape of an item that is refused alone is unknown (contract 7.2), so a
# person looks at each of those; nobody is paid.
for shape in error null zero; do
    plays "half refused in the answer, as $shape" 3 2/0/2 2 \
        rules "{\"partial\":2,\"refused_shape\":\"$shape\"}"
done
plays "half refused in the answer, and not named" 3 2/0/2 2 \
    rules '{"partial":2,"refused_shape":"absent"}'
plays "rows that never appear: paid, and not" 3 2/0/2 3 \
    phones "$A 254700000900 254700000901"

# --- codes
exits "no code is unknown so far" 0 p codes --unknown --json
is "none" "$(jq '.unknown | length' "$S/out")" 0
plays "a code that is in no table" 3 2/0/1 2 phones "$A 254700000169"
exits "it is listed" 0 p codes --unknown --json
is "whose, which, how often, since which batch" \
   "$(jq -r '.unknown[] | "\(.provider) \(.of) \(.code) \(.times) \(.batch)"' "$S/out")" \
   "sapama payment 999 1 $RUN-1"
exits "for people" 0 p codes --unknown
like "with what it means for the payment" "$(cat "$S/out")" \
   "999 +1 x .*1 unknown code: what carries one is in doubt"
like "the report names it, too" "$(p report "$RUN" --format csv)" "999"
switches_end
