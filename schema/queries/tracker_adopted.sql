-- tracker_adopted: tokens of requests that this database has lost, which two
-- people took for ours when a hold was lifted.
--   $1 int     account_id
--   $2 text[]  tokens
-- returns (token, batch_id, seq)
SELECT l.token, l.batch_id, l.seq::int AS seq
  FROM lineage_line l
  JOIN lineage_hold h USING (hold_id)
 WHERE l.token = ANY ($2::text[]) AND l.token <> ''
   AND l.account_id = $1::bigint AND l.verdict IN ('sent', 'known')
   AND l.batch_id IS NOT NULL
   AND h.lifted_at IS NOT NULL;
