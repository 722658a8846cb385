-- dup_left: rows of a new run whose payee got the same amount in a batch that
-- left before history went back, by a host's journal, and that is not in this
-- database.  What dup_lineage names is left out.  Between intake_hash_joins.
--   $1 int   run_id   the new one
--   $2 text  period   YYYY-MM
--   $3 int   most     how many to name; all are counted
-- returns (line_no, account, name, minor, at, payer, other_ref, total) by line
WITH lost AS (
    SELECT payment, installation, min(run_ref) AS run_ref,
           min(account) AS account, min(at) AS at
      FROM lineage_lost($2::text)
     GROUP BY payment, installation
), keyed AS (
    SELECT n.line_no, n.account, n.name, n.minor, n.ccy, k.installation,
           lineage_payment(k.installation, n.account, n.bank_code,
                           n.account_reference, n.minor, n.ccy) AS payment
      FROM (SELECT DISTINCT installation FROM lost) k
     CROSS JOIN instruction n
     WHERE n.batch_id BETWEEN $1::bigint * 100000
                          AND $1::bigint * 100000 + 99999
       -- asked once: mostly nothing is lost, and a million rows stay unread
       AND (SELECT true FROM lineage_left x
             WHERE x.period = $2::text LIMIT 1)
)
SELECT n.line_no, n.account, n.name, n.minor,
       to_char(o.at AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD HH24:MI') AS at,
       o.account AS payer, o.run_ref AS other_ref, count(*) OVER () AS total
  FROM keyed n
  JOIN lost o USING (payment, installation)
 WHERE NOT EXISTS (SELECT 1 FROM lineage_line l
                    WHERE l.verdict = 'unknown'
                      AND l.fate NOT IN ('failed', 'cancelled')
                      AND l.payee = n.account AND l.minor = n.minor
                      AND l.ccy = n.ccy)
 ORDER BY n.line_no
 LIMIT $3::bigint;
