-- dup_frozen: rows of a new run whose payee is in doubt in another run: the
-- same account, and the same name or amount.  Between intake_hash_joins.
--   $1 int   run_id   the new one
--   $2 int   other    the other one
--   $3 int   most     how many to name; all are counted
-- returns (line_no, account, name, minor, other_line, total) by line
WITH doubt AS (
    SELECT o.line_no, o.account, o.bank_code, o.account_reference, o.minor,
           o.name
      FROM batch b
      JOIN instruction o USING (batch_id)
      LEFT JOIN outcome x ON x.batch_id = o.batch_id AND x.seq = o.seq
     WHERE b.run_id = $2::bigint
       AND (b.doubt_rows > 0 OR b.state = 'in_doubt'
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = b.batch_id
                          AND c.evidence_id IS NULL))
       AND (x.state = 'in_doubt'
            OR (x.state IS NULL AND b.state = 'in_doubt')
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = o.batch_id AND c.seq = o.seq
                          AND c.evidence_id IS NULL))
)
SELECT n.line_no, n.account, n.name, n.minor, o.line_no AS other_line,
       count(*) OVER () AS total
  FROM instruction n
  JOIN doubt o
    ON o.account = n.account
   AND coalesce(o.bank_code, '') = coalesce(n.bank_code, '')
   AND coalesce(o.account_reference, '') = coalesce(n.account_reference, '')
   AND (o.minor = n.minor OR lower(o.name) = lower(n.name))
 WHERE n.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
 ORDER BY n.line_no, o.line_no
 LIMIT $3::bigint;
