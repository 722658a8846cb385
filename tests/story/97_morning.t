#!/usr/bin/env bash
# In the morning: what was due, paid, failed, in doubt, and waits for whom, with the
# numbers of the report; and the figures that watch the night.
. "$(dirname "$0")/../lib/story.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
story "the morning after"

mkdir "$S/mail"
config "backups: $S/dumps
channels:
  - name: files
    folder: $S/mail
    events: [report]"
serve_plain() {
    "$PAYRUN" serve --listen 127.0.0.1:0 --port-file "$S/cbport" --dir "$DIR" \
        >>"$LOG.serve" 2>&1 &
    wait_for 20 test -s "$S/cbport" && CBPORT=$(cat "$S/cbport")
}
serve_plain || bail "no listener"
metrics() { curl -sf "http://127.0.0.1:$CBPORT/metrics" "$@"; }

p morning >"$S/empty" || bail "no report"
like "a night without runs" "$(cat "$S/empty")" "nothing was due"

# one run with failures, one that waits for a checker, one draft, one in doubt
payroll 14 >"$S/pay.csv"
approved "$S/pay.csv" 2026-11 || bail "not approved"
first=$(head -2 "$S/pay.csv" | tail -1 | grep -oE '(254|0)[17][0-9]{8}' | head -1)
one=$RUN
fault "{\"account\": \"254${first: -9}\", \"do\": \"fail\", \"code\": \"2001\"}" || true
exits "the night's run" "$(p status "$one" --json | jq -r 'if .failed.count > 0 then 1 else 0 end')" \
    as amina send "$one" --wait --metrics "$S/after.prom"
payroll 3 5 >"$S/b.csv"
two=$(as amina upload "$S/b.csv" --period 2026-12 --json | jq -r .run)
as amina submit "$two" >/dev/null
payroll 2 6 >"$S/c.csv"
three=$(as amina upload "$S/c.csv" --period 2027-01 --json | jq -r .run)
payroll 4 8 >"$S/d.csv"
approved "$S/d.csv" 2027-02 || bail "not approved"
four=$RUN
sql "UPDATE run SET state = 'paused', state_why = 'a story' WHERE ref = '$four';
     UPDATE batch SET state = 'in_doubt', state_at = now() - interval '2 hours', poll_at = now() + interval '30 minutes'
      WHERE run_id = (SELECT run_id FROM run WHERE ref = '$four')"
sql "SELECT audit_append('worker x', 'lane close', 'salaries', 'the key was refused')" >/dev/null

p morning --json >"$S/m.json"
for ref in "$one" "$four"; do
    is "$ref: the numbers of the report" \
       "$(jq -r ".runs[] | select(.run == \"$ref\") | [.paid, .paid_minor, .failed, .failed_minor, .in_doubt, .in_doubt_minor] | join(\" \")" "$S/m.json")" \
       "$(sql "SELECT concat_ws(' ', count(*) FILTER (WHERE o.state = 'paid'), coalesce(sum(i.minor) FILTER (WHERE o.state = 'paid'), 0),
                 count(*) FILTER (WHERE o.state = 'failed'), coalesce(sum(i.minor) FILTER (WHERE o.state = 'failed'), 0),
                 count(*) FILTER (WHERE o.state = 'in_doubt'), coalesce(sum(i.minor) FILTER (WHERE o.state = 'in_doubt'), 0))
                 FROM instruction i JOIN batch b USING (batch_id) JOIN run r USING (run_id)
                 LEFT JOIN outcome o USING (batch_id, seq) WHERE r.ref = '$ref'")"
    is "$ref: as payrun report counts them" \
       "$(jq -r ".runs[] | select(.run == \"$ref\") | \"\(.paid) \(.failed)\"" "$S/m.json")" \
       "$(p status "$ref" --json | jq -r '"\(.paid.count) \(.failed.count)"')"
done
is "drafts and what was not approved are not due" "$(jq -r '[.runs[].run] | join(" ")' "$S/m.json")" "$one $four"
p morning >"$S/m.txt"
p morning --format html >"$S/m.html"
text=$(cat "$S/m.txt")
like "in doubt: since when, and when it is asked next" "$text" "$four batch 1, salaries: 4 payments, KES [0-9,.]+
      since [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:]+; asked next: [0-9]+ [A-Z][a-z]+"
like "waits for a checker" "$text" "a checker: run $two waits to be approved"
like "waits for its maker" "$text" "amina: run $three is a draft"
like "waits, with the reason" "$text" "a maker: run $four is paused: a story"
like "an alert nobody was told of says so" "$text" "Nothing is sent from account salaries any more
      NOBODY WAS TOLD"
words() { sed 's/<[^>]*>//g' "$1" | tr -d ' \n' | grep -oE 'KES[0-9,]+\.[0-9]{2}' | sort -u; }
is "both renderings have the same amounts" "$(words "$S/m.html")" "$(words "$S/m.txt")"
lacks "the page loads nothing from elsewhere" 'https\?://' "$S/m.html"

# kept and told, once
as amina morning --output "$S/mornings" --tell 2>/dev/null || p morning --output "$S/mornings" --tell
p morning --output "$S/mornings" --tell >"$S/out" 2>&1
like "told once a day, however often the timer fires" "$(cat "$S/out")" "was told before"
ok "it is kept as text and as a page" sh -c "ls '$S'/mornings/morning-*.txt '$S'/mornings/morning-*.html"
p events deliver --until-idle >"$S/out" 2>&1
is "and was handed to the channel" "$(find "$S/mail" -name '*report.morning.json' | wc -l)" 1
is "with the same numbers" "$(jq -c '.data.runs' "$S"/mail/*report.morning.json)" "$(jq -c .runs "$S/m.json")"
is "another night has none of it" "$(p morning --for 2020-01-31 --json | jq -c '[.runs[] | select(.state != "paused")]')" "[]"
exits "no day" 64 p morning --for yesterday
exits "nor is this" 64 p morning --for 2026-02-31

# --- figures -------------------------------------------------------------------------
metrics >"$S/metrics" || bail "no metrics"
is "they are asked from this machine only" "$(metrics -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 10.0.0.1')" 404
is "and read only" "$(curl -s -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$CBPORT/metrics")" 405
figure() { sed -n "s/^$1 //p" "$2"; }
is "payments paid" "$(figure 'payrun_payments_total{outcome="paid"}' "$S/metrics")" \
   "$(sql "SELECT count(*) FROM outcome WHERE state = 'paid'")"
is "in doubt" "$(figure payrun_payments_in_doubt "$S/metrics")" 4
ok "and for how long" [ "$(figure payrun_in_doubt_oldest_seconds "$S/metrics")" -ge 7200 ]
is "a one-shot command leaves them in a file" "$(figure 'payrun_runs{state="closed"}' "$S/after.prom")" 1
is "nobody's name or phone is in them" "$(grep -cE '254[17][0-9]{8}|amina|brian|R-20' "$S/metrics")" 0
ok "promtool takes them" promtool check metrics <"$S/metrics"
is "and has nothing to say about them" "$(cat "$S/out")" ""
ok "and the rules" promtool check rules "$ROOT/engine/install/payrun.rules.yml"
ok "which fire when they must" promtool test rules "$ROOT/engine/install/payrun.rules.test.yml"
is "rules and dashboard ask for nothing that is not there" \
   "$({ grep -ohE 'payrun_[a-z_]+' "$ROOT/engine/install/payrun.rules.yml" "$ROOT/engine/install/payrun.grafana.json"; } |
      sort -u | grep -vxF "$(grep -oE '^# TYPE [a-z_]+' "$ROOT"/nothing "$S/metrics" 2>/dev/null | sed 's/.*TYPE //'
          sed -n 's/.*"\(payrun_[a-z_]*\)".*/\1/p' "$ROOT/engine/report/metrics.c")")" ""

# --- backups ----------------------------------------------------------------------------
mkdir "$S/dumps"
exits "no backup" 66 p backup check
like "it says how to make one" "$(cat "$S/out")" "pg_dump --format=custom"
pg_dump --format=custom --schema=payrun --file="$S/dumps/a.dump" "$URL" || bail "no dump"
exits "a young one that can be read" 0 p backup check
exits "restored, it is counted" 0 p backup check --drill
like "all of it" "$(cat "$S/out")" "restored, it has 4 runs, 23 payments and a whole audit"
is "nothing of the drill stays" "$(find "$DIR/backup-check" -name 'drill*')" ""
head -c 3000 "$S/dumps/a.dump" >"$S/dumps/b.dump"
touch -d '1 hour' "$S/dumps/b.dump"
exits "half a dump" 65 p backup check --drill
rm "$S/dumps/b.dump"
touch -d '30 hours ago' "$S/dumps/a.dump"
exits "an old one" 65 p backup check
like "how old" "$(cat "$S/out")" "30 hours old; 26 are allowed"
is "each bad look is an alert" "$(p events list --kind backup.bad --json | jq '.events | length')" 3
is "what was found last is kept" "$(sql "SELECT good FROM backup_check ORDER BY check_id DESC LIMIT 1")" f
found() { p doctor --json | jq -r ".checks[] | select(.check == \"$1\") | \"\(.result) \(.text)\""; }
like "doctor knows of it" "$(found backup)" "warn .*30 hours old; 26 are allowed"
like "and who is not told of what" "$(found alerts)" "go to nobody"

each_paid_once
story_end
