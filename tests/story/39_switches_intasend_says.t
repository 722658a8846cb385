#!/usr/bin/env bash
# Every switch and fault of the IntaSend stand-in, one small payroll each: the
# run ends right, ties with the provider's books, and nobody is paid twice.
# This part: what answers say.
PAYEES=12
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
switches_begin "switches of the IntaSend stand-in: what it says"

# The first of all: there is no other file, so nobody has it.  It stays in front
# of a person, while the others are paid.
play "a file that nobody has, from initiate" 3 8/0/0 fault '{"on":"initiate","do":"foreign"}'
pays "somebody else's file from initiate" fault '{"on":"initiate","do":"foreign"}'
pays "somebody else's file from approve" fault '{"on":"approve","do":"foreign"}'
pays "somebody else's file from status" fault '{"on":"status","do":"foreign","times":2}'
pays "somebody else's reference" fault '{"on":"initiate","do":"wrong_ref"}'
stops "items in another order" fault '{"on":"initiate","do":"reorder","times":0}'
pays "items in another order, later" fault '{"on":"status","do":"reorder","times":0}'
pays "an item is missing from initiate" fault '{"on":"initiate","do":"missing"}'
pays "the same, and a cancelled file keeps its items" rules '{"cancel_marks":false}' \
    fault '{"on":"initiate","do":"missing"}'
pays "an item is missing from status" fault '{"on":"status","do":"missing","times":3}'
pays "numbers as texts, another file_id inside, 200 for initiate" \
    rules '{"numbers":"text","inner_file_id":true,"initiate_http":200}'
pays "texts as numbers, a bare array of wallets, BP101 right after initiate" \
    rules '{"numbers":"bare","bare_wallets":true,"bp101":true}'
pays "BP106 and BP108 on the way, approve by tracking_id alone" \
    rules '{"long_way":true,"lenient":true,"check_no":false}'
switches_end
