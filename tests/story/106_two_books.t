#!/usr/bin/env bash
# One account, two books that both tell of each payment by its id, and two runs
# of one day.  What agrees in both is counted once; what does not in one of them
# is named in that book alone, with its price; another run's lines are nobody
# else's finding.  What agrees is kept a row a batch, and the pack has each line.
. "$(dirname "$0")/../lib/story.sh"
BATCH_ROWS=4
story "two books" --charge 10
people() { echo "Name,Phone,Amount"; for i in 1 2 3 4 5 6; do echo "Payee $i,2547$(($1 + i)),$((1000 + i))"; done; }
people 11000000 >"$S/a.csv"
people 22000000 >"$S/b.csv"
ok "six people, two files" approved "$S/a.csv" 2026-11
exits "all paid" 0 as amina send "$RUN" --wait
A=$RUN
ok "six more" approved "$S/b.csv" 2026-11 bonus
exits "paid, too" 0 as amina send "$RUN" --wait
as amina statement --pull salaries --from "$TODAY" --to "$SOON" >/dev/null
rec() { as amina reconcile "$A" --json 2>/dev/null; }
row() { jq -r "$1" "$S/out"; }
found() { row '[.list[] | select(.kind != "line_changed" and .kind != "statement_differs") | "\(.kind) \(.book) \(.amount)"] | join("; ")'; }
off() { row '[.balances[] | "\(.book) \(.off) \(.explained)"] | join("; ")'; }
exits "one book: it ties, and the other run's lines are known" 0 rec
is "six of them, and the balance is proven" "$(row .matched) $(off)" "6 provider 0.00 0.00"

BOTH="ccy, from_day, until_day, opening_minor, closing_minor, balances, lines, parts, new_lines, unbooked, open_rows, unclear, in_minor, out_minor, imported_by, imported_at, whole_at, state"
LINE="line_no, booked_on, booked_at, value_on, minor, ccy, kind, part, parts, bulk_line_id, bulk_id, charge_minor, balance_minor, provider_id, receipt, reference, linked, batch_id, seq, party_account, party_name, type, narrative, status, raw"
sql "INSERT INTO statement (account_id, book, source, file_name, file_sha256, file_bytes, $BOTH)
         SELECT account_id, 'mpesa', 'mpesa', 'm.csv', sha256('m'), 1, $BOTH FROM statement;
     INSERT INTO statement_line (line_id, statement_id, account_id, book, identity, $LINE)
         SELECT x.statement_id * 100000000 + line_no, x.statement_id, l.account_id, 'mpesa', identity, $LINE
           FROM statement_line l CROSS JOIN (SELECT max(statement_id) AS statement_id FROM statement) x" >/dev/null
exits "two books: it ties" 0 rec
is "each payment is counted once, each book is proven" "$(row .matched) $(off)" \
   "6 mpesa 0.00 0.00; provider 0.00 0.00"
is "what agrees is kept by batch and book" \
   "$(sql "SELECT count(*), (SELECT count(*) FROM statement_match) FROM statement_tie")" "4|0"
is "each line of it is there" \
   "$(sql "SELECT book, role, count(*) FROM statement_matched GROUP BY 1, 2 ORDER BY 1, 2" | tr '\n' ' ')" \
   "mpesa|charge|6 mpesa|paid|6 provider|charge|6 provider|paid|6 "

ONE="line_id = $(sql "SELECT line_id FROM statement_matched WHERE book = 'mpesa' AND role = 'paid' AND batch_id = 100001 AND seq = 3")"
sql "CREATE TABLE keep AS TABLE payrun.statement_line" >/dev/null
back() { sql "DELETE FROM statement_line; INSERT INTO statement_line SELECT * FROM keep" >/dev/null; }
sql "UPDATE statement_line SET minor = minor - 500 WHERE $ONE" >/dev/null
exits "5.00 more in one book" 5 rec
is "is a finding of that book alone" "$(found)" "amount_differs mpesa 5.00"
is "it explains that book; all six are on statements" "$(row .matched) $(off)" \
   "6 mpesa 5.00 5.00; provider 0.00 0.00"
back
sql "DELETE FROM statement_line WHERE $ONE" >/dev/null
exits "gone from one book" 5 rec
is "it and its charge are missed there alone" "$(found)" "missing_there mpesa 1003.00"
back
sql "INSERT INTO statement_line (line_id, statement_id, account_id, book, identity, $LINE)
     SELECT line_id + 90, statement_id, account_id, book, sha256('x'), $LINE FROM keep WHERE $ONE" >/dev/null
exits "told twice in one book" 5 rec
is "is found there" "$(found)" "duplicate_line mpesa 1003.00"
back
sql "UPDATE statement_line SET provider_id = '', linked = '' WHERE book = 'mpesa' AND kind = 'payment'" >/dev/null
exits "one book has no ids" 5 rec
is "receipt, reference or looks find all but the charges' payments" "$(row .matched)" 6
back
exits "put back: it ties" 0 rec

# The provider answers the number of another payment of the same amount.
id_of() { sql "SELECT l.provider_id FROM statement_line l JOIN statement_matched m USING (line_id) WHERE l.book = 'provider' AND m.role = 'paid' AND m.seq = 3 AND m.batch_id = $1"; }
as amina reconcile "$RUN" >/dev/null 2>&1
FIRST=$(id_of 100001)
SECOND=$(id_of "$(sql "SELECT min(batch_id) FROM batch WHERE run_id = (SELECT run_id FROM run WHERE ref = '$RUN')")")
sql "UPDATE event SET body = convert_to(replace(convert_from(body, 'UTF8'), '$SECOND', '$FIRST'), 'UTF8');
     UPDATE event SET sha256 = sha256(body);
     UPDATE statement_line SET party_account = '' WHERE provider_id = '$FIRST';
     DELETE FROM statement_line WHERE '$SECOND' IN (provider_id, linked)" >/dev/null
exits "one line, two payments that are answered with its number" 5 as amina reconcile "$RUN" --json
is "it pays one of them; the other, and its charge, are missed in both books" "$(found)" \
   "charge_differs mpesa 10.00; charge_differs provider 10.00; missing_there mpesa 1003.00; missing_there provider 1003.00; outcome_differs  1003.00"
# Without statistics a join by the batch alone looks cheap, and is not: 20,000 payments
# took a minute.
plan() {
    { cat <<SQL
SET search_path TO payrun;
BEGIN;
SELECT reconcile_open()::text || set_config('enable_nestloop', 'off', true);
INSERT INTO reconcile_batch SELECT batch_id, run_id, account_id, true, now(), today_nairobi() FROM batch;
INSERT INTO reconcile_claim SELECT batch_id, n, 'paid', 1, 1, '', '', '', n::text, 0, 1 FROM batch, generate_series(1, 5000) n;
INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name)
    SELECT batch_id, n, n, 1, 'KES', '', '' FROM batch, generate_series(100, 5000) n;
INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, at)
    SELECT batch_id, n, 'paid', 1, 'KES', '', '', now() FROM batch, generate_series(100, 5000) n;
SELECT reconcile_ready();
PREPARE j AS
SQL
      cat schema/queries/reconcile_joins.sql; echo "EXECUTE j('order'); PREPARE q AS"
      cat "$1"; echo "EXPLAIN (COSTS OFF) EXECUTE q('{1}', today_nairobi(), today_nairobi(), 3, 1, '', true, true); ROLLBACK;"
    } | psql -XAtq -v ON_ERROR_STOP=1 -d "$URL"
}
sql "DELETE FROM pg_statistic WHERE starelid IN ('instruction'::regclass, 'outcome'::regclass);
     UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN ('instruction'::regclass, 'outcome'::regclass)" >/dev/null
PLAN=$(plan schema/queries/reconcile_tie.sql)
is "payments are joined by batch and number, whatever the planner knows" \
   "$(grep -c "batch_id = .*batch_id) AND (.*seq = .*seq)" <<<"$PLAN") $(grep -c "Join Filter:.*seq" <<<"$PLAN")" "2 0"
is "nobody was paid twice" "$(books summary | jq .doubles)" 0
story_end
