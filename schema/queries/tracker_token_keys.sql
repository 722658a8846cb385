-- tracker_token_keys: the keys with which a batch's tokens were made.
--   $1 bigint  batch_id
-- returns (token_key, last): as for tracker_keys
SELECT t.token_key,
       t.attempt_no = CASE WHEN b.state = 'sending' THEN b.attempts
           ELSE coalesce((SELECT max(x.attempt_no) FROM attempt x
                           WHERE x.batch_id = b.batch_id
                             AND x.left_at IS NOT NULL), b.attempts)
           END AS last
  FROM attempt t
  JOIN batch b USING (batch_id)
 WHERE t.batch_id = $1::bigint AND t.token_key IS NOT NULL
 ORDER BY t.attempt_no;
