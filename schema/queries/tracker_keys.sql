-- tracker_keys: the keys with which the tokens of some batches were made.
--   $1 bigint    account_id
--   $2 bigint[]  batch_ids
-- returns (batch_id, attempt_no, token_key, last): last is true for the
--   request that left last, and while one is on its way only for that one
SELECT t.batch_id, t.attempt_no, t.token_key,
       t.attempt_no = CASE WHEN b.state = 'sending' THEN b.attempts
           ELSE coalesce((SELECT max(x.attempt_no) FROM attempt x
                           WHERE x.batch_id = b.batch_id
                             AND x.left_at IS NOT NULL), b.attempts)
           END AS last
  FROM attempt t
  JOIN batch b USING (batch_id)
 WHERE b.account_id = $1::bigint AND t.batch_id = ANY ($2::bigint[])
   AND t.token_key IS NOT NULL
 ORDER BY t.batch_id, t.attempt_no;
