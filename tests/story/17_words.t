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


# JSON is one object always, whatever went wrong.
json_error() {  # json_error NAME CODE WORDS...
    local name=$1 code=$2
    shift 2
    exits "$name" "$code" "$@" --json
    is "$name: one object with an error" \
       "$(jq -s "length == 1 and (.[0].error | .exit == $code and .text != \"\" and .kind != \"\")" "$S/out")" true
}
json_error "an unknown command" 64 "$PAYRUN" aprove
json_error "an unknown flag" 64 "$PAYRUN" check x.csv --nope
json_error "no FILE" 64 "$PAYRUN" check
json_error "help for nothing there is" 64 "$PAYRUN" help nope
json_error "half a command" 64 "$PAYRUN" user
is "the version" "$("$PAYRUN" --version --json | jq -r '.version | length > 0')" true
is "help of one command" "$("$PAYRUN" help send --json | jq -c '[.commands[].command]')" '["send"]'
is "help of all" "$("$PAYRUN" help --json | jq '.commands | length > 20')" true
is "help of a family" "$("$PAYRUN" help user --json | jq -c '[.commands[].command]')" '["user add","user list"]'
is "help of a code, in any case" "$("$PAYRUN" help pr-csv-017 --json | jq -r .code)" PR-CSV-017

# Help, however it is asked for.
ok "help pr-csv-017" "$PAYRUN" help pr-csv-017
exits "payrun user: one word more" 64 "$PAYRUN" user
like "and which" "$(cat "$S/out")" "payrun user add, payrun user list"
exits "payrun db nope" 64 "$PAYRUN" db nope
like "the commands of db" "$(cat "$S/out")" "payrun db migrate"
for h in "help user" "user -h" "user --help"; do
    exits "$h" 0 "$PAYRUN" $h
    like "$h lists them" "$(cat "$S/out")" "payrun user add .*payrun user list"
done
exits "-h" 0 "$PAYRUN" -h
exits "-h after a command" 0 "$PAYRUN" send -h
like "is its help" "$(cat "$S/out")" "--wait"

rc=0
p list >/dev/full 2>"$S/out" || rc=$?
is "a full disk: 74" "$rc" 74
like "and why" "$(cat "$S/out")" "could not be written: No space left on device"
rc=0
p list --json >/dev/full 2>"$S/out" || rc=$?
is "a full disk, in JSON: 74" "$rc" 74
like "and why, on stderr" "$(cat "$S/out")" "could not be written: No space left on device"

exits "a wrong --listen is usage" 64 "$PAYRUN" sandbox --books "$S/other" --listen 300.1.1.1:80
exits "and so is a port that is none" 64 "$PAYRUN" sandbox --books "$S/other" --listen 127.0.0.1:x

# People.
config
exits "the same user again is fine" 0 p user add amina --role maker
like "it says so" "$(cat "$S/out")" "amina is a maker already"
exits "another role is not" 4 p user add amina --role checker
exits "nobody of that name" 77 as mallory submit R-2026-11-A
lacks "--as is not offered to who said it" "say who you are" "$S/out"
exits "somebody payrun does not know" 77 p upload "$S/a.csv" --period 2026-11
like "in the sandbox --as helps" "$(cat "$S/out")" "or say who you are: --as NAME \(sandbox\)"

# What a file says, counted in words.
cat >"$S/dup.csv" <<'CSV'
employee_no,name,phone,amount
E1,Grace Wanjiru Kamau,254712345678,21500.00
E2,Peter Otieno Ochieng,254722345678,20600.00
CSV
exits "the total as people write it" 0 p check "$S/dup.csv" --expect-total "42,100.00"
like "counted" "$(cat "$S/out")" "2 rows, 0 errors, [0-9]+ warnings?  "
json_error_in() { jq -r "$1" "$S/out"; }
exits "a wrong total" 65 p check "$S/dup.csv" --expect-total 42100.50 --json
is "refused: problems and an error" "$(json_error_in '.error.exit == 65 and (.problems | length) > 0')" true
exits "a pay date that has passed" 64 as amina upload "$S/dup.csv" --period 2027-01 --pay-date 2020-01-01
like "says so" "$(cat "$S/out")" "1 Jan 2020 has passed"
head -2 "$S/dup.csv" >"$S/bad.csv"
echo "E3,Jane Njeri,notaphone,100.00" >>"$S/bad.csv"
exits "rejects that cannot be written" 65 p check "$S/bad.csv" --rejects "$S/none/r.csv"
like "said loudly" "$(cat "$S/out")" "THE REJECTED ROWS WERE NOT WRITTEN: .*fix: --rejects FILE names another place"
exits "one mistake" 65 p check "$S/bad.csv" --rejects "$S/none/r.csv" --json
is "and in JSON" "$(json_error_in '.rejects_why != "" and .rejects == ""')" true

exits "upload as somebody" 0 as amina upload "$S/dup.csv" --period 2027-01 --pay-date 2099-12-20
like "the next command is complete" "$(cat "$S/out")" "next: payrun submit R-2027-01-A --as amina"
like "one batch" "$(cat "$S/out")" "1 batch, account"
RUN=R-2027-01-A
exits "a draft: told before anything is asked" 4 as brian approve $RUN
as amina submit $RUN >/dev/null
exits "a maker: told before anything is asked" 77 as amina approve $RUN
lacks "and the total is not shown" 42,100 "$S/out"
exits "no terminal: the total must be given" 64 as brian approve $RUN </dev/null
like "what is approved" "$(cat "$S/out")" \
    "R-2027-01-A: January 2027, main pay, from dup.csv, \"Salary 2027-01\""
like "its effect" "$(cat "$S/out")" \
    "KES 42,100.00 LEAVES account \"salaries\" \(sandbox\) IN 2 PAYMENTS TO 2 PEOPLE, not before 20 Dec 2099"
like "the answer is not handed out" "$(cat "$S/out")" "--confirm-total AMOUNT, read off the payroll"
exits "in JSON neither" 64 as brian approve $RUN --json
lacks "no amount in it" 42100 "$S/out"
exits "approved" 0 as brian approve $RUN --confirm-total "42,100.00"
exits "watching what waits for a person ends" 0 timeout 20 "$PAYRUN" status $RUN --watch --dir "$DIR"
like "with how it stands" "$(cat "$S/out")" "approved"
exits "too early: try again later" 75 as amina send $RUN --wait
like "until when" "$(cat "$S/out")" \
    "waits: not to be paid before 20 Dec 2099; then payrun send $RUN --wait --as amina, or payrun work"
exits "in JSON" 75 as amina send $RUN --wait --json
is "the last line is the result" "$(tail -1 "$S/out" | jq -r '.type + " " + .waits_until')" "result 2099-12-20"
is "the others tell how it goes" "$(head -n -1 "$S/out" | jq -rs 'map(.type == "status") | all')" true
is "an idle worker says so in JSON" "$(p work --until-idle --json | jq -r .end)" idle
is "nobody was paid early" "$(books summary | jq .payments)" 0

# Reports in files.
exits "an ending names the format" 0 p report $RUN --output "$S/r.csv"
is "only its owner reads it" "$(stat -c %a "$S/r.csv")" 600
is "it is CSV" "$(wc -l <"$S/r.csv")" 3
exits "in JSON" 0 p report $RUN --output "$S/r.html" --json
is "what was written" "$(jq -r .written "$S/out")" "$S/r.html"
like "a page" "$(head -c 15 "$S/r.html")" "<!DOCTYPE html>"
exits "a place that is not there" 73 p report $RUN --output "$S/none/r.csv"
like "is told by its own name" "$(cat "$S/out")" "$S/none/r.csv cannot be written"
story_end
