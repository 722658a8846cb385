-- reconcile_left: the lines that are not counted in reconcile_tie: without an id
-- of a payment, with one that nobody knows, of payments that are odd, of books
-- that were not joined, and what says a second time whose it is.  The other
-- passes look at these alone.
--   $1 int[]  accounts
--   $2 date   first day    NULL: nothing left
--   $3 date   last day, late bookings included
WITH line AS NOT MATERIALIZED (
    SELECT l.line_id, l.account_id, l.book, l.booked_on,
           line_pays(l.kind, l.minor, l.part, l.linked, l.provider_id) IS NULL
               AND line_charges(l.kind, l.part, l.linked, l.provider_id) IS NULL AS bare
      FROM statement_line l
     WHERE l.account_id = ANY ($1::bigint[])
       AND l.booked_on BETWEEN $2::date AND $3::date
), named AS (
    SELECT coalesce(sum(named), 0)::bigint AS n, coalesce(sum(marks), 0) AS marks
      FROM reconcile_day
     WHERE book IN (SELECT book FROM reconcile_told)
), known AS (
    SELECT coalesce(sum(line_n + charge_n), 0)::bigint AS n, coalesce(sum(marks), 0) AS marks
      FROM reconcile_tie
), which AS (
    SELECT line_id
      FROM line
     WHERE bare
    UNION ALL
    SELECT line_id
      FROM line
     WHERE EXISTS (SELECT 1 FROM reconcile_day
                    WHERE book NOT IN (SELECT book FROM reconcile_told))
       AND NOT bare AND book NOT IN (SELECT book FROM reconcile_told)
    UNION ALL
    SELECT u.line_id
      FROM reconcile_tie t, unnest(t.lines || t.charge_lines) AS u(line_id)
     WHERE NOT t.good AND u.line_id IS NOT NULL
    UNION ALL
    SELECT line_id
      FROM line
     WHERE (SELECT (n, marks) FROM named) <> (SELECT (n, marks) FROM known)
       AND NOT bare AND book IN (SELECT book FROM reconcile_told)
       AND line_id NOT IN (
               SELECT u.line_id FROM reconcile_tie t,
                      unnest(t.lines || t.charge_lines) AS u(line_id)
                WHERE u.line_id IS NOT NULL)
)
INSERT INTO reconcile_left
SELECT l.*
  FROM statement_line l
 WHERE l.line_id = ANY (ARRAY(SELECT DISTINCT line_id FROM which));
