#!/usr/bin/env bash
# The command line itself: wrong words, help, codes, the configuration.
. "$(dirname "$0")/../lib/story.sh"
story "words"

exits "no words: help and 64" 64 "$PAYRUN"
exits "--help" 0 "$PAYRUN" --help
exits "a command that is none" 64 "$PAYRUN" aprove
like "the nearest is named" "$(cat "$S/out")" "payrun approve"
exits "a flag that is none" 64 "$PAYRUN" check x.csv --expect-totl 3
like "the nearest is named" "$(cat "$S/out")" "expect-total"
exits "a flag without its value" 64 "$PAYRUN" upload x.csv --period
exits "a missing word" 64 "$PAYRUN" approve
exits "a file that is not there" 66 p check "$S/none.csv"
exits "a folder is no file" 66 p check "$S"
exits "a run that is not there" 64 p show R-2020-01-Z
for c in $("$PAYRUN" help | awk '/^  [a-z]/ && !/^  user|^  db/ { print $1 }'); do
    ok "help $c" "$PAYRUN" help "$c"
done
ok "help for a code" "$PAYRUN" help PR-CSV-017
like "cause and fix" "$(cat "$S/out")" "fix:"
for m in run batch outcome; do
    ok "states of $m" bash -c "'$PAYRUN' states --json | jq -e '.$m | length > 3'"
done
sed -i 's/poll_first_ms/poll_frist_ms/' "$DIR/payrun.yaml"
exits "a misspelt key" 78 p list
like "file, line and the nearest key" "$(cat "$S/out")" "payrun.yaml:[0-9]+:.*poll_first_ms"
config
chmod 644 "$S/key"
payroll 5 >"$S/a.csv"
exits "a key that others may read" 78 as amina upload "$S/a.csv" --period 2026-11
chmod 600 "$S/key"
sed -i 's#http://127.0.0.1:[0-9]*#http://example.com#' "$DIR/payrun.yaml"
exits "plain http to another host is refused" 78 as amina upload "$S/a.csv" --period 2026-11
ok "an error in JSON" bash -c "'$PAYRUN' show X --json --dir '$DIR' | jq -e .error.text"
story_end
