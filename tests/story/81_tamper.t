#!/usr/bin/env bash
# The books are changed behind payrun's back, one row or one line at a time:
# each change must be found by one command, name the payee (or batch, run,
# statement) and have its exact price.  Untouched books give no finding.
. "$(dirname "$0")/../lib/story.sh"
story "tampered books" --charge 10
and_a_till
payees() {  # payees RAIL FIRST: ten who can be paid, one who cannot
    echo "Name,Phone,Amount,Rail"
    for i in 1 2 3 4 5 6 7 8 9 10; do echo "Payee $i,2547$(($2 + i)),$((1000 + i)),$1"; done
    echo "Payee 11,254700000100,1011,$1"
}
payees MPESA-B2C 11000000 >"$S/a.csv"
ok "a payroll at IntaSend" approved "$S/a.csv" 2026-11
A=$RUN
exits "paid, but for one" 1 as amina send "$RUN" --wait
payees SAPAMA-MPESA 22000000 >"$S/b.csv"
B=$(as amina upload "$S/b.csv" --period 2026-11 --kind bonus --account till --json | jq -r .run)
as amina submit "$B" >/dev/null
ok "one at Sapama" as brian approve "$B" --confirm-total 11066.00
exits "paid, but for one, too" 1 as amina send "$B" --wait
for a in salaries till; do
    as amina statement --pull $a --from "$TODAY" --to "$SOON" >/dev/null
done
p user add zawadi --role auditor >/dev/null
check() { as zawadi reconcile "$1" --json >"$S/out" 2>"$S/err"; }
ok "untouched: the first ties" check "$A"
ok "untouched: the second ties" check "$B"

# As the owner, past every key and trigger: what somebody with the password of
# the database can do.
change() { psql -XAtq -v ON_ERROR_STOP=1 -c "SET search_path TO payrun; SET session_replication_role = replica; $1" "$URL" >"$S/psql" 2>&1; }
sql "CREATE SCHEMA keep" >/dev/null
for t in instruction attempt event outcome batch run run_account approval statement statement_line audit; do
    sql "CREATE TABLE keep.$t AS TABLE payrun.$t" >/dev/null
done
BAD=0
KINDS=0
# tamper RUN NAME TABLE SQL KIND WHO PRICE: WHO is part of what it is about.
tamper() {
    KINDS=$((KINDS + 1))
    if ! change "$4"; then
        echo "# $2: $(cat "$S/psql")"
        BAD=$((BAD + 1))
        return
    fi
    check "$1"
    if ! jq -e --arg k "$5" --arg w "$6" --arg p "$7" \
        'any(.list[]; .kind == $k and (.about | contains($w)) and .amount == $p)' "$S/out" >/dev/null
    then
        BAD=$((BAD + 1))
        echo "# $2: not found as $5, $6, $7 but as:"
        jq -r '.list[] | "#    \(.kind) | \(.about) | \(.amount) | \(.detail)"' "$S/out" 2>/dev/null || sed 's/^/#    /' "$S/err"
    fi
    change "DELETE FROM $3; INSERT INTO $3 OVERRIDING SYSTEM VALUE SELECT * FROM keep.$3" || echo "# $2: $(cat "$S/psql")"
}
a() { tamper "$A" "$@"; }
b() { tamper "$B" "$@"; }
ONE="batch_id = 100001"
i() { a "instruction: $1" instruction "UPDATE instruction SET $2 WHERE $ONE AND seq = 3" "${@:3}"; }
i "amount" "minor = minor + 100" amount_differs "Payee 3" 1.00
i "payee" "account = '254799999999'" wrong_payee "line 4: Payee 3" 1003.00
i "currency" "ccy = 'USD'" content_differs "batch 1" 10055.00
i "name" "name = 'Somebody'" content_differs "batch 1" 10055.00
i "bank" "bank_code = '11'" content_differs "batch 1" 10055.00
i "account at the payee" "account_reference = 'X'" content_differs "batch 1" 10055.00
i "narration" "narration = 'X'" content_differs "batch 1" 10055.00
i "identity" "id_number = '1'" content_differs "batch 1" 10055.00
a "instruction: removed" instruction "DELETE FROM instruction WHERE $ONE AND seq = 5" sums_differ "batch 1" 1005.00
a "instruction: removed, its result" instruction "DELETE FROM instruction WHERE $ONE AND seq = 5" outcome_differs "batch 1 row 5" 1005.00
a "instruction: added" instruction "INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name) VALUES (100001, 11, 99, 5000, 'KES', '254711000099', 'Nobody')" never_ended "Nobody" 50.00
a "instruction: two amounts swapped" instruction "UPDATE instruction SET minor = 201100 - minor + 500 WHERE $ONE AND seq IN (7, 9)" amount_differs "Payee 7" 2.00

t() { a "request: $1" attempt "UPDATE attempt SET $2 WHERE $ONE AND step = 'approve'" request_differs "batch 1" "$3"; }
t "amount" "minor = minor - 700" 7.00
t "payments" "rows = 9" 0.00
t "never left" "left_at = NULL" 10055.00
t "answer" "answer = 'refused'" 10055.00
t "HTTP" "http = 503" 10055.00
t "file" "tracking_id = 'x'" 10055.00
t "its raw answer" "event_no = 77" 10055.00
t "step" "step = 'cancel'" 10055.00
t "time" "left_at = answered_at + interval '1 hour'" 10055.00
a "request: removed" attempt "DELETE FROM attempt WHERE $ONE AND step = 'approve'" request_differs "batch 1" 10055.00
b "request: amount, one phase" attempt "UPDATE attempt SET minor = minor + 100 WHERE step = 'send'" request_differs "R-2026-11-B, batch 1" 1.00

a "raw answer: an amount in it" event "UPDATE event SET body = convert_to(replace(convert_from(body, 'UTF8'), '1002.00', '1102.00'), 'UTF8') WHERE $ONE AND kind = 'status'" amount_differs "Payee 2" 100.00
a "raw answer: its bytes" event "UPDATE event SET body = body || '\\x20' WHERE $ONE AND kind = 'status'" answer_changed "batch 1" 10055.00
a "raw answer: its hash" event "UPDATE event SET sha256 = sha256('x') WHERE $ONE AND kind = 'approve'" answer_changed "batch 1" 10055.00
a "raw answer: a payee in it" event "UPDATE event SET body = convert_to(replace(convert_from(body, 'UTF8'), '254711000006', '254711999996'), 'UTF8') WHERE $ONE AND kind = 'status'" wrong_payee "Payee 6" 1006.00
a "raw answer: a receipt in it" event "UPDATE event SET body = convert_to(regexp_replace(convert_from(body, 'UTF8'), '\"provider_reference\":\"UK', '\"provider_reference\":\"XX'), 'UTF8') WHERE $ONE AND kind = 'status'" outcome_differs "Payee 1" 1001.00
a "raw answer: HTTP" event "UPDATE event SET http = 500 WHERE $ONE AND kind = 'approve'" request_differs "batch 1" 10055.00
a "raw answer: kind" event "UPDATE event SET kind = 'cancel' WHERE $ONE AND kind = 'approve'" request_differs "batch 1" 10055.00
a "raw answer: removed" event "DELETE FROM event WHERE $ONE AND kind = 'status'" answer_missing "batch 1" 10055.00
b "raw answer: removed, one phase" event "DELETE FROM event WHERE kind = 'status' AND batch_id / 100000 = 2" engine_unproven "Payee 4" 1004.00

o() { a "result: $1" outcome "UPDATE outcome SET $2 WHERE $ONE AND seq = ${6:-8}" "${@:3:3}"; }
o "paid becomes failed" "state = 'failed'" engine_unpaid "Payee 8" 1008.00
o "paid becomes in doubt" "state = 'in_doubt'" engine_unpaid "Payee 8" 1008.00
o "paid becomes reversed" "state = 'reversed'" engine_unproven "Payee 8" 1008.00
o "amount" "minor = minor - 300" outcome_differs "Payee 8" 3.00
o "currency" "ccy = 'UGX'" outcome_differs "Payee 8" 1008.00
o "receipt" "receipt = 'UKXXXXXXXX'" outcome_differs "Payee 8" 1008.00
o "code" "code = 'TF106'" outcome_differs "Payee 8" 1008.00
o "charge" "charge_minor = 1500" charge_differs "Payee 8" 5.00
o "its raw answer" "event_no = 99" answer_missing "Payee 8" 1008.00
a "result: failed becomes paid" outcome "UPDATE outcome SET state = 'paid', receipt = 'UKXXXXXXXX' WHERE batch_id = 100002" engine_unproven "Payee 11" 1011.00
a "result: failed becomes cancelled" outcome "UPDATE outcome SET state = 'cancelled' WHERE batch_id = 100002" outcome_differs "Payee 11" 1011.00
a "result: removed" outcome "DELETE FROM outcome WHERE $ONE AND seq = 8" engine_unpaid "Payee 8" 1008.00
a "result: added" outcome "INSERT INTO outcome SELECT batch_id, 12, state, minor, ccy, code, reason, 'UKYYYYYYYY', charge_minor, event_no, at FROM outcome WHERE $ONE AND seq = 8" outcome_differs "batch 1 row 12" 1008.00
b "result: paid becomes failed, one phase" outcome "UPDATE outcome SET state = 'failed' WHERE batch_id / 100000 = 2 AND seq = 2" engine_unpaid "Payee 2" 1002.00

k() { a "batch: $1" batch "UPDATE batch SET $2 WHERE $ONE" "$3" "$4" "$5"; }
k "payments" "rows = 11" sums_differ "batch 1" 0.00
k "amount" "minor = minor + 900" sums_differ "batch 1" 9.00
k "paid" "paid_rows = 9" sums_differ "batch 1" 0.00
k "paid amount" "paid_minor = paid_minor - 100" sums_differ "batch 1" 1.00
k "failed amount" "failed_minor = 4200" sums_differ "batch 1" 42.00
k "in doubt" "doubt_minor = 100" sums_differ "batch 1" 1.00
k "cancelled" "cancelled_minor = 100" sums_differ "batch 1" 1.00
k "charges" "charge_minor = charge_minor + 200" sums_differ "batch 1" 2.00
k "account" "account_id = 2" sums_differ "$A" 10055.00
k "rail" "rail = 'PESALINK'" content_differs "batch 1" 10055.00
k "currency" "ccy = 'USD'" content_differs "batch 1" 10055.00
k "digest" "digest = sha256('x')" content_differs "batch 1" 10055.00
k "file" "tracking_id = 'x'" request_differs "batch 1" 10055.00
k "file's short id" "file_alias = 'x'" request_differs "batch 1" 10055.00
k "answers counted" "events = events + 1" answer_missing "batch 1" 10055.00

r() { a "run: $1" run "UPDATE run SET $2 WHERE run_id = 1" "$3" "$A" "$4"; }
r "total" "minor = minor + 100" sums_differ 1.00
r "payments" "rows = 12" sums_differ 0.00
r "account" "account_id = 2" content_differs 11066.00
r "period" "period = '2026-12'" content_differs 11066.00
r "kind" "kind = 'bonus'" content_differs 11066.00
r "pay day" "pay_date = '2026-12-24'" content_differs 11066.00
r "narration" "narration = 'X'" content_differs 11066.00
r "digest" "digest = sha256('x')" content_differs 11066.00
r "maker" "made_by = 'brian'" approval_differs 11066.00
a "run: what an account pays" run_account "UPDATE run_account SET minor = minor - 100 WHERE run_id = 1" sums_differ "$A" 1.00
g() { a "approval: $1" approval "$2" approval_differs "$A" "$3"; }
g "total" "UPDATE approval SET minor = minor - 100 WHERE run_id = 1" 1.00
g "person" "UPDATE approval SET approver = 'zawadi' WHERE run_id = 1" 11066.00
g "removed" "DELETE FROM approval WHERE run_id = 1" 11066.00
g "digest" "UPDATE approval SET digest = sha256('x') WHERE run_id = 1" 11066.00

PAY="account_id = 1 AND kind = 'payment' AND minor = -100600"
l() { a "line: $1" statement_line "UPDATE statement_line SET $2 WHERE $PAY" "$3" "$4" "$5"; }
l "amount" "minor = minor - 100" amount_differs "Payee 6" 1.00
l "direction" "minor = -minor" missing_there "Payee 6" 1006.00
l "direction, as money back" "minor = -minor" taken_back "Payee 6" 1006.00
l "its id" "provider_id = 'XXXXXXX'" missing_there "Payee 6" 1006.00
l "day" "booked_on = booked_on + 1" line_changed "2026" 1006.00
l "kind" "kind = 'charge'" missing_there "Payee 6" 1006.00
l "charge beside it" "charge_minor = 300" charge_differs "Payee 6" 3.00
l "balance" "balance_minor = 7" line_changed "account salaries" 1006.00
l "words" "narrative = 'Payout'" line_changed "account salaries" 1006.00
l "account" "account_id = 2" missing_there "Payee 6" 1006.00
l "book" "book = 'bank'" missing_there "Payee 6" 1006.00
a "line: removed" statement_line "DELETE FROM statement_line WHERE $PAY" missing_there "Payee 6" 1006.00
a "line: removed, its statement" statement_line "DELETE FROM statement_line WHERE $PAY" statement_differs "account salaries" 1006.00
a "line: of a charge, amount" statement_line "UPDATE statement_line SET minor = minor - 250 WHERE account_id = 1 AND kind = 'charge' AND linked = (SELECT provider_id FROM statement_line WHERE $PAY)" charge_differs "Payee 6" 2.50
a "line: of a charge, removed" statement_line "DELETE FROM statement_line WHERE account_id = 1 AND kind = 'charge' AND linked = (SELECT provider_id FROM statement_line WHERE $PAY)" charge_differs "Payee 6" 10.00
COPY="line_id + 90, statement_id, account_id, book, sha256('x'), line_no, booked_on, booked_at, value_on, minor, ccy, kind, part, parts, bulk_line_id, bulk_id, charge_minor, balance_minor"
REST="linked, batch_id, seq, party_account, party_name, type, narrative, status, raw FROM statement_line WHERE"
a "line: doubled" statement_line "INSERT INTO statement_line SELECT $COPY, provider_id, receipt, reference, $REST $PAY" duplicate_line "Payee 6" 1006.00
a "line: added" statement_line "INSERT INTO statement_line SELECT $COPY, 'NEW1234', receipt, reference, $REST $PAY" missing_here "account salaries, statement" 1006.00
b "line: paid with another receipt" statement_line "INSERT INTO statement_line SELECT $COPY, '999999', 'UKZZZZZZZZ', reference, $REST account_id = 2 AND minor = -100600" paid_twice "Payee 6" 1006.00
a "line: two amounts swapped" statement_line "UPDATE statement_line SET minor = -201300 - minor WHERE account_id = 1 AND kind = 'payment' AND minor IN (-100600, -100700)" amount_differs "Payee 6" 1.00
a "line: a deposit's amount" statement_line "UPDATE statement_line SET minor = minor + 100 WHERE kind = 'deposit'" statement_differs "account salaries" 1.00
L="account_id = 2 AND minor = -100400"
b "line: payee" statement_line "UPDATE statement_line SET party_account = '254733999999' WHERE $L" wrong_payee "Payee 4" 1004.00
b "line: receipt" statement_line "UPDATE statement_line SET receipt = 'UKXXXXXXXX' WHERE $L" line_changed "account till" 1004.00
b "line: reference" statement_line "UPDATE statement_line SET reference = '' WHERE $L" line_changed "account till" 1004.00
b "line: late" statement_line "UPDATE statement_line SET booked_on = booked_on + 5 WHERE $L" late "Payee 4" 1004.00

s() { a "statement: $1" statement "UPDATE statement SET $2 WHERE account_id = 1" statement_differs "account salaries" "$3"; }
s "opening balance" "opening_minor = opening_minor + 100" 1.00
s "closing balance" "closing_minor = closing_minor - 100" 1.00
s "in" "in_minor = in_minor - 100" 1.00
s "out" "out_minor = out_minor + 300" 3.00
s "lines" "lines = lines + 1" 0.00
a "statement: days" statement "UPDATE statement SET from_day = from_day - 3, until_day = until_day - 3 WHERE account_id = 1" statement_differs "account salaries" 10155.00
a "statement: removed" statement "DELETE FROM statement WHERE account_id = 1" statement_differs "account salaries" 10155.00
a "audit: an entry" audit "UPDATE audit SET detail = detail || '.' WHERE audit_id = 4" audit_differs "the book" 0.00
a "audit: removed" audit "DELETE FROM audit WHERE audit_id = 4" audit_differs "the book" 0.00

is "$KINDS kinds: every one was found, named and priced" "$BAD" 0
ok "put back as it was: the first ties" check "$A"
ok "put back as it was: the second ties" check "$B"
is "an auditor noted nothing" "$(sql "SELECT count(*) FROM reconciliation")" 0
story_end
