#!/usr/bin/env bash
# Every switch and fault of the IntaSend stand-in, one small payroll each: the
# run ends right, ties with the provider's books, and nobody is paid twice.
# This part: how answers come.
PAYEES=12
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/switches.sh"
switches_begin "switches of the IntaSend stand-in: how it answers"

pays "lost answer to initiate" fault '{"on":"initiate","do":"drop_after","times":2}'
pays "lost answer to approve" fault '{"on":"approve","do":"drop_after","times":2}'
pays "hung up before approve" fault '{"on":"approve","do":"drop_before"}'
pays "an answer that comes too late" fault '{"on":"approve","do":"delay","delay_ms":1200}'
pays "slow drip" fault '{"on":"any","do":"drip","bytes":400,"delay_ms":5,"times":6}'
pays "a drip too slow" fault '{"on":"initiate","do":"drip","bytes":1,"delay_ms":20}'
pays "HTML with 500 for approve" fault '{"on":"approve","do":"html","http":500}'
pays "429 with Retry-After" fault '{"on":"any","do":"status","http":429,"retry_after":1}'
pays "429 without" fault '{"on":"any","do":"status","http":429,"times":2}'
pays "500" fault '{"on":"any","do":"status","http":500,"times":2}'
pays "truncated JSON" fault '{"on":"any","do":"truncate","skip":1,"times":2}'
pays "no JSON" fault '{"on":"any","do":"garbage","skip":1,"times":2}'
pays "by chance" fault '{"on":"any","do":"drop_after","per_mille":200,"seed":3,"times":0}'
pays "by payee" fault "{\"on\":\"approve\",\"do\":\"drop_after\",\"account\":\"$(
    payroll 12 $((MONTH + 1)) | grep -om1 '[27][0-9]\{8,11\}')\"}"
switches_end
