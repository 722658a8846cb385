#!/usr/bin/env bash
# Who may do what: maker is never checker, live is never an accident.
. "$(dirname "$0")/../lib/story.sh"
story "maker and checker"
p user add dora --role auditor >/dev/null

payroll 12 >"$S/nov.csv"
as amina upload "$S/nov.csv" --period 2026-11 --json >"$S/up.json"
RUN=$(jq -r .run "$S/up.json")
TOTAL=$(jq -r .total "$S/up.json")
exits "a checker cannot upload" 77 as brian upload "$S/nov.csv" --period 2026-12
exits "a draft cannot be approved" 4 as brian approve "$RUN" --confirm-total "$TOTAL"
ok "submit" as amina submit "$RUN"
exits "the maker cannot approve" 77 as amina approve "$RUN" --confirm-total "$TOTAL"
exits "the auditor cannot approve" 77 as dora approve "$RUN" --confirm-total "$TOTAL"
exits "nobody unknown can" 77 as mallory approve "$RUN" --confirm-total "$TOTAL"
exits "a wrong total is refused" 4 as brian approve "$RUN" --confirm-total 1.00
exits "an unapproved run is not sent" 4 as amina send "$RUN"
ok "not even the database lets the maker approve" bash -c "! psql -Xq \
    -v ON_ERROR_STOP=1 '$URL' -c \"INSERT INTO payrun.approval
        (run_id, made_by, digest, approver, minor)
        SELECT run_id, made_by, digest, made_by, minor FROM payrun.run\""
ok "the checker approves" as brian approve "$RUN" --confirm-total "$TOTAL"
ok "after that the content cannot change" bash -c "! psql -Xq \
    -v ON_ERROR_STOP=1 '$URL' -c \"UPDATE payrun.run SET digest = sha256('x')\""
exits "--as is refused with --live" 77 as amina send "$RUN" --live
p user add "$(id -un)" --role maker >/dev/null
exits "--live is refused for a sandbox run" 4 p send "$RUN" --live
sql "UPDATE instruction SET minor = minor + 100 WHERE seq = 3 AND batch_id % 100000 = 1"
exits "a row changed behind payrun's back stops the run" 4 as amina send "$RUN" --wait
is "nobody was paid" "$(books summary | jq .payments)" 0
like "and it says why" "$(count why)" "approved"
story_end
