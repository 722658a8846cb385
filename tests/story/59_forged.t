#!/usr/bin/env bash
# Callbacks nobody sent: by the thousand, while runs are paid beside them.  They
# change nothing, the disk does not fill, and a run ends as its twin without.
#   FORGED=3000   how many of them; 10000 take a minute more
. "$(dirname "$0")/../lib/story.sh"
FORGED=${FORGED:-3000}
FLOOD="$(dirname "$0")/../clients/flood.pl"
LATENCY_MS=500
story "forged callbacks, $FORGED of them"
ok "the listener is up" serve_up
CALLBACKS=http://127.0.0.1:$CBPORT/callback/till and_a_till
kill "$SERVE_PID"
wait "$SERVE_PID" 2>/dev/null
"$PAYRUN" serve --listen "127.0.0.1:$CBPORT" --dir "$DIR" >>"$LOG.serve" 2>&1 &
SERVE_PID=$!
health() { curl -sf "http://127.0.0.1:$CBPORT/health"; }
ok "... and knows both accounts" wait_for 20 health

# Everything of runs, batches, payments and evidence, as one number.
state_of() { sql "SELECT md5(string_agg(t, E'\n' ORDER BY t)) FROM (
        SELECT 'r' || r::text AS t FROM run r WHERE ref = ANY('{$1}')
  UNION ALL SELECT 'b' || b::text FROM batch b JOIN run r USING (run_id) WHERE ref = ANY('{$1}')
  UNION ALL SELECT 'o' || o::text FROM outcome o JOIN batch b USING (batch_id) JOIN run r USING (run_id) WHERE ref = ANY('{$1}')
  UNION ALL SELECT 'p' || p::text FROM placed p JOIN batch b USING (batch_id) JOIN run r USING (run_id) WHERE ref = ANY('{$1}')
  UNION ALL SELECT 'a' || a::text FROM attempt a JOIN batch b USING (batch_id) JOIN run r USING (run_id) WHERE ref = ANY('{$1}')
  UNION ALL SELECT 'e' || v::text FROM evidence v JOIN run r USING (run_id) WHERE ref = ANY('{$1}')) x"; }
ends() { sql "SELECT md5(string_agg(i.line_no || ' ' || i.minor || ' ' || o.state, ',' ORDER BY i.line_no))
                || ' ' || count(*) FROM run r JOIN batch b USING (run_id) JOIN instruction i USING (batch_id)
                LEFT JOIN outcome o USING (batch_id, seq) WHERE r.ref = '$1'"; }
# run PERIOD ACCOUNT SEED: approved
run() {
    payroll 30 "$3" >"$S/run.csv"
    local out
    out=$(as amina upload "$S/run.csv" --period "$1" --account "$2" \
        --allow-duplicates "the twin" --json) || { echo "${out: -400}"; return 1; }
    RUN=$(jq -r .run <<<"$out")
    as amina submit "$RUN" >/dev/null &&
        as brian approve "$RUN" --confirm-total "$(jq -r .total <<<"$out")" >/dev/null
}

declare -A TWIN SEED=([salaries]=7 [till]=8)
old=
for a in salaries till; do
    ok "$a: a run with its true callbacks" run 2026-01 $a "${SEED[$a]}"
    exits "... is paid" 0 as amina send "$RUN" --wait
    TWIN[$a]=$(ends "$RUN")
    old=$old${old:+,}$RUN
done
exits "the worker looks at what came" 0 p work --until-idle
sql "SELECT CASE WHEN provider = 'sapama' THEN
            split_part(split_part(convert_from(body, 'UTF8'), E'\n', 1), ' ', 1) || E'\t' ||
            split_part(split_part(convert_from(body, 'UTF8'), E'\n', 1), ' ', 2) || E'\t' ||
            encode(convert_to(split_part(convert_from(body, 'UTF8'), E'\n', 2), 'UTF8'), 'hex') END
       FROM inbox WHERE provider = 'sapama' AND batch_id IS NOT NULL" >"$S/true.till"
sql "SELECT E'POST\tx\t' || encode(body, 'hex') FROM inbox
      WHERE provider = 'intasend' AND batch_id IS NOT NULL" >"$S/true.salaries"
ok "true ones were kept to be forged" test -s "$S/true.till" -a -s "$S/true.salaries"
before=$(state_of "$old")
audit=$(sql "SELECT count(*) FROM audit")
kept=$(sql "SELECT count(*) FROM inbox")

# --- the flood, while the same two payrolls of the next month are paid
half=$((FORGED / 2))
for a in salaries till; do
    ok "$a: the same payroll again" run 2026-02 $a "${SEED[$a]}"
    perl "$FLOOD" "$CBPORT" $a $half 11 <"$S/true.$a" >"$S/flood.$a" 2>&1 &
    flood=$!
    exits "... is paid in the middle of the flood" 0 as amina send "$RUN" --wait
    wait $flood
    is "$a: every forged one was answered, none crashed the listener" \
       "$(tr ' ' '\n' <"$S/flood.$a" | grep -v '^none=' | awk -F= '{ n += $2 } END { print n }')" $half
    is "$a: and the run ended as its twin" "$(ends "$RUN")" "${TWIN[$a]}"
done
exits "the worker looks at all of them" 0 p work --until-idle
is "none waits" "$(sql "SELECT count(*) FROM inbox WHERE done_at IS NULL")" 0
is "the old runs are what they were, to the last bit" "$(state_of "$old")" "$before"
is "none had an effect" "$(sql "SELECT count(*) FROM inbox
     WHERE inbox_id > $kept AND batch_id IS NULL AND verdict LIKE 'asked%'")" 0
is "all of them are counted" \
   "$(sql "SELECT sum(looked_at) >= $FORGED * 9 / 10 FROM refused_callback")" t
ok "the inbox keeps only the first thousand of each provider" test \
   "$(sql "SELECT count(*) FROM inbox WHERE batch_id IS NULL")" -le 2000
like "doctor tells" "$(p doctor 2>&1)" \
    "callbacks refused.*proved nothing.*the last from 127.0.0.1; no payment was touched"

# --- replayed, to another account, too large, of a wrong kind, in pieces
code() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
cb=http://127.0.0.1:$CBPORT/callback
token=$(head -1 "$S/true.till" | cut -f 2)
is "a token at another account's address is no challenge there" \
   "$(code -d status=success "$cb/salaries/$token")" 200
is "a true one, replayed, is taken" "$(code -d "status=success" "$cb/till/$token")" 200
head -c 9000000 /dev/zero | tr '\0' ' ' >"$S/large"
is "too large is 413" "$(code --data-binary "@$S/large" "$cb/salaries/x")" 413
is "too large for Sapama too" "$(code --data-binary "@$S/large" "$cb/till/$token")" 413
is "a body of no kind at all is taken as it is" \
   "$(code -H 'Content-Type: image/png' --data-binary "@$S/key" "$cb/salaries/x")" 200
exits "the worker looks" 0 p work --until-idle
is "the old runs were paid once and stay so" "$(sql "SELECT string_agg(DISTINCT state::text, ',')
   FROM run WHERE ref = ANY('{$old}')")" closed

# --- nobody works: what waits has an end
sql "INSERT INTO inbox (provider, peer, sha256, body, trusted)
     SELECT 'sapama', '::1', sha256(n::text::bytea), n::text::bytea, false
       FROM generate_series(1, 10000) n"
is "with ten thousand waiting no more are taken" "$(code -d a=b "$cb/till/$token")" 503
is "... without a challenge neither" "$(code -d '{}' "$cb/salaries/x")" 503
is "... with the right one they are" "$(code -d "{\"challenge\":\"$(cat "$S/challenge")\"}" "$cb/salaries/x")" 200
is "and those are counted" "$(sql "SELECT sum(turned) FROM refused_callback")" 2
sql "DELETE FROM inbox WHERE peer = '::1'"
is "with room again they are taken" "$(code -d a=b "$cb/till/$token")" 200
kill "$SERVE_PID"
all_paid_at_both
story_end
