#!/usr/bin/env bash
# What no answer ends: an errand in doubt, and a double at the provider.  One
# person explains it with evidence, another agrees; nothing is paid by that.
. "$(dirname "$0")/../lib/story.sh"
watch_points
story "explaining" --balance 1000000
p user add wanja --role auditor >/dev/null
p user add zawadi --role admin >/dev/null

# --- an errand in doubt
PETTY=$(as zawadi wallets create --label "Petty cash" --json | jq -r .provider_id)
cat >>"$DIR/payrun.yaml" <<YAML
  - name: petty
    provider: intasend
    wallet_id: $PETTY
    base_url: http://127.0.0.1:$PORT/api/v1/
    key: file:$S/key
YAML
T="transfer --from salaries --to petty"
exits "nothing is to be explained" 0 p explain
fault '{"on":"transfer","do":"drop_before"}'
exits "a transfer in doubt" 3 as amina $T --amount 40 --confirm-total 40
ID=$(p errands --json | jq '.errands[0].errand')
exits "is to be explained" 3 p explain
like "by its number" "$(cat "$S/out")" "errand $ID +TO BE EXPLAINED: transfer of salaries in doubt"
exits "done or not done?" 64 as amina explain --errand "$ID" --reason x --evidence "mail of today"
exits "what shows it?" 64 as amina explain --errand "$ID" --as-not-done --reason "their statement has none"
exits "a checker does not say it" 77 as brian explain --errand "$ID" --as-not-done --reason x --evidence "mail of today"
printf 'statement without it' >"$S/statement.pdf"
exits "a maker does" 0 as amina explain --errand "$ID" --as-not-done \
    --reason "their statement has none" --evidence "$S/statement.pdf" --json
X=$(jq .explanation "$S/out")
is "the file is kept with its hash" "$(sql "SELECT encode(file_sha256, 'hex') FROM explanation")" \
   "$(sha256sum <"$S/statement.pdf" | cut -d' ' -f1)"
exits "one at a time" 4 as zawadi explain --errand "$ID" --as-done --reason x --evidence "I think so"
exits "who said it does not agree" 77 as amina explain --agree "$X"
exits "an auditor neither" 77 as wanja explain --agree "$X"
exits "the database: nobody agrees to his own" 1 sql "UPDATE explanation SET ended_at = now(),
    ended_how = 'agreed', ended_by = proposed_by, ended_role = proposed_role"
like "whoever it is" "$(cat "$S/out")" explainer_does_not_agree
exits "it is refused" 0 as brian explain --refuse "$X" --reason "that is October's"
exits "and ended" 4 as brian explain --agree "$X"
X=$(as zawadi explain --errand "$ID" --as-not-done --reason "their statement has none" \
    --evidence "mail of IntaSend, 22 Nov, ticket 82" --json | jq .explanation)
exits "a checker agrees" 0 as brian explain --agree "$X"
is "it was not done" "$(p errands --json | jq -r '.errands[0].state')" refused
is "says who" "$(p errands --json | jq '.in_doubt')" 0
exits "so it may be asked for again" 0 as amina $T --amount 40 --confirm-total 40
is "the sandbox's books: one transfer" "$(books summary | jq .transfers)" 1
exits "what is certain is not explained" 4 as amina explain --errand "$ID" --as-done --reason x --evidence "mail of today"
exits "nor what is not there" 64 as amina explain --errand 999 --as-done --reason x --evidence "mail of today"

# --- a double; how it comes about: tests/db/test_desk_till.c
payroll 4 >"$S/nov.csv"
ok "a run" approved "$S/nov.csv" 2026-11
exits "is paid" 0 as amina send "$RUN" --wait
exits "nothing of it is to be explained" 4 as amina explain "$RUN" --reason x --evidence "mail of today"
sql "INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
     SELECT run_id, batch_id, 'done', 'done', 'paid_again_2', 'row 2 was paid again, receipt XYZ', 'worker'
       FROM batch JOIN run USING (run_id) WHERE ref = '$RUN';
     UPDATE run SET recount_at = 'infinity', state = 'settled' WHERE ref = '$RUN'"
like "resolve tells where it stands" "$(p resolve "$RUN")" "1 PAID TWICE.*payrun explain $RUN"
exits "a double is to be explained" 3 p explain "$RUN"
like "as it was told" "$(cat "$S/out")" "TO BE EXPLAINED: row 2 was paid again, receipt XYZ"
timeout 60 "$PAYRUN" work --until-idle --dir "$DIR" --as amina >"$S/out" 2>&1
is "it keeps the run open" "$(state)" settled
X=$(as amina explain "$RUN" --reason "the provider takes the second one back" \
    --evidence "mail of IntaSend, 22 Nov, ticket 83" --json | jq .explanation)
exits "explained" 0 as brian explain --agree "$X"
is "it is closed" "$(state)" closed
exits "nothing is left" 0 p explain
like "who said what stays" "$(cat "$S/out")" "explanation $X of amina \(explained\): the provider takes .* agreed by brian"
like "the double stands in its history" "$(p show "$RUN")" "row 2 was paid again, receipt XYZ"
is "and all of it in the audit" "$(sql "SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit
    WHERE action LIKE '%expl%'")" "explain not_explained explain explained explain explained"
exits "which holds" 0 p audit verify
each_paid_once
came_past
story_end
