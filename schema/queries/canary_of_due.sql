-- canary_of_due: the first paying run of an account whose canary has come to its
-- end, or to a payment in doubt, without all of it being paid.
--   $1 int   account_id
-- returns (run_id, batch_id, run_ref, number, rows, paid, doubt, said), or nothing; said:
--   the first payment that was not paid, and why; empty: nobody said
SELECT r.run_id, b.batch_id, r.ref AS run_ref, b.number, b.rows::bigint AS rows,
       b.paid_rows::bigint AS paid, b.doubt_rows::bigint AS doubt,
       coalesce((SELECT left('line ' || i.line_no || ', ' || i.name || ': '
                             || o.reason, 120)
                   FROM outcome o
                   JOIN instruction i USING (batch_id, seq)
                  WHERE o.batch_id = b.batch_id AND o.state <> 'paid'
                  ORDER BY o.seq LIMIT 1), '') AS said
  FROM canary c
  JOIN run r USING (run_id)
  JOIN batch b USING (batch_id)
 WHERE c.account_id = $1::bigint
   AND r.state = 'paying' AND NOT canary_passed(c)
   AND (b.state IN ('done', 'refused', 'cancelled') OR b.doubt_rows > 0)
   AND EXISTS (SELECT 1 FROM batch w
                WHERE w.run_id = c.run_id AND w.account_id = c.account_id
                  AND w.state IN ('ready', 'initiating', 'initiated'))
 ORDER BY r.run_id
 LIMIT 1;
