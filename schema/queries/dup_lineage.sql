-- dup_lineage: rows of a new run whose payee got the same amount in a time this
-- database does not know: a provider listed it when history had gone back, and
-- no run here has it.  Of the run's period, or paid in the month after it.
--   $1 int   run_id   the new one
--   $2 text  period   YYYY-MM
--   $3 int   most     how many to name; all are counted
-- returns (line_no, account, name, minor, at, payer, receipt, total) by line
WITH lost AS (
    SELECT l.payee, l.minor, l.ccy, l.receipt, a.name AS payer, l.at
      FROM lineage_line l
      JOIN funding_account a USING (account_id)
     WHERE l.verdict = 'unknown' AND l.fate NOT IN ('failed', 'cancelled')
       AND (l.at IS NULL
            OR to_char(l.at AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM')
               IN ($2::text,
                   to_char(to_date($2::text, 'YYYY-MM') + interval '1 month',
                           'YYYY-MM')))
)
SELECT n.line_no, n.account, n.name, n.minor,
       coalesce(to_char(o.at AT TIME ZONE 'Africa/Nairobi',
                        'YYYY-MM-DD HH24:MI'), 'a time not told') AS at,
       o.payer, o.receipt, count(*) OVER () AS total
  FROM instruction n
  JOIN lost o ON o.payee = n.account AND o.minor = n.minor AND o.ccy = n.ccy
 WHERE n.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
 ORDER BY n.line_no
 LIMIT $3::bigint;
