-- dup_payees: rows of a new run whose payee gets the same amount in another
-- run, unless that payment certainly failed, or is in doubt, which is for
-- dup_frozen.  Between intake_hash_joins.
--   $1 int   run_id   the new one
--   $2 int   other    the other one
--   $3 int   most     how many to name; all are counted
-- returns (line_no, account, name, minor, other_line, total) by line
SELECT n.line_no, n.account, n.name, n.minor, o.line_no AS other_line,
       count(*) OVER () AS total
  FROM instruction n
  JOIN instruction o
    ON o.account = n.account AND o.minor = n.minor AND o.ccy = n.ccy
   AND coalesce(o.bank_code, '') = coalesce(n.bank_code, '')
   AND coalesce(o.account_reference, '') = coalesce(n.account_reference, '')
  LEFT JOIN outcome x
    ON x.batch_id = o.batch_id AND x.seq = o.seq
   AND x.batch_id BETWEEN $2::bigint * 100000 AND $2::bigint * 100000 + 99999
 WHERE n.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
   AND o.batch_id BETWEEN $2::bigint * 100000 AND $2::bigint * 100000 + 99999
   AND (x.state IS NULL OR x.state = 'paid')
 ORDER BY n.line_no, o.line_no
 LIMIT $3::bigint;
