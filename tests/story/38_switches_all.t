#!/usr/bin/env bash
# Every switch that the stand-ins have, every word that one can take, and every
# fault of the README is played by a story of switches, and is documented.
. "$(dirname "$0")/../lib/story.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
readme=$root/engine/sandbox/README.md
echo "# every switch has a story"
keys
sandbox_up || bail "no sandbox"

# What the stories say, without comments; these are each provider's own.
said() { cat "$root"/tests/story/*switches_"$1"*.t "$root/tests/story/37_switches_services.t" "$root/tests/story/73_switches_lines.t" |
    grep -v '^ *#' | tr -d '\\'; }
said intasend >"$S/intasend"
said sapama >"$S/sapama"
part() { awk -v want="$1" '/^# /{ on = ($0 ~ "Sapama") ? "sapama" : "intasend" } on == want' "$readme"; }

check() {       # check WHAT FILE REGEX: nothing but a name is said when it is not there
    grep -qE -- "$3" "$2" || echo "$1"
}
switches() { curl -sf "http://127.0.0.1:$1/_rules" | jq -r 'keys[]'; }
for provider in intasend sapama; do
    port=$PORT
    [ $provider = intasend ] || port=$SPORT
    names=$(switches "$port")
    part $provider >"$S/readme"
    ok "$provider has switches" test "$(wc -w <<<"$names")" -gt 20
    is "$provider: each is played by a story" \
       "$(for name in $names; do check "$name" "$S/$provider" "\"$name\":"; done | xargs)" ""
    is "$provider: each is in the README" \
       "$(for name in $names; do check "$name" "$S/readme" "\`$name\`"; done | xargs)" ""
done

# A switch that takes words says which when it is given none of them.
words() {
    local name
    for name in $(switches "$SPORT"); do
        curl -s "http://127.0.0.1:$SPORT/_rules" -d "{\"$name\":\"none of them\"}" |
            sed 's/\\"/"/g' | grep -o 'one of.*' | grep -oE '"[A-Za-z0-9_%+]+"' |
            sed "s/^/$name /"
    done
}
words | tr -d '"' >"$S/words"
ok "Sapama's switches take words" test "$(wc -l <"$S/words")" -gt 30
usual() { curl -sf "http://127.0.0.1:$SPORT/_rules" | jq -r ".$1"; }
is "each word but the usual one is played" \
   "$(while read -r name word; do
          [ "$(usual "$name")" = "$word" ] ||
              check "$name=$word" "$S/sapama" "\"$name\":\"${word//+/\\+}\"|refused_shape.*shape"
      done <"$S/words" | xargs)" ""
is "IntaSend's words, too" \
   "$(for w in numbers:text numbers:bare errors:text expired_key:401 expired_key:403; do
          check "$w" "$S/intasend" "\"${w%:*}\":\"?${w#*:}"; done | xargs)" ""

# The faults, as the README lists them: names in the rows of "do".
faults() { grep '^| `do`' "$S/readme" | sed 's/^| `do`[^|]*|//' |
    grep -oE '`[a-z][a-z0-9_]+`' | tr -d '`' |
    grep -vxE 'http|retry_after|delay_ms|bytes|times|batch_reference|webhook|item|file' | sort -u; }
part intasend >"$S/readme"
ok "the README lists IntaSend's faults" test "$(faults | wc -l)" -gt 30
is "each is played by a story" \
   "$(for name in $(faults); do check "$name" "$S/intasend" "\"do\":\"$name\""; done | xargs)" ""
is "Sapama's, too" \
   "$(for name in drop_before drop_after status delay truncate garbage html drip drop repeat forge late contradict
      do check "$name" "$S/sapama" "\"do\":\"$name\"|for what in.* $name\b"; done | xargs)" ""

# A slip in a name must not pass for a switch.
for port in $PORT $SPORT; do
    is "a switch that is not there is refused" "$(curl -s -o /dev/null -w '%{http_code}' \
       "http://127.0.0.1:$port/_rules" -d '{"no_such_switch":true}')" 400
done
story_end
