-- desk_attempts: the requests of a batch, oldest first.
--   $1 bigint  batch_id
-- returns (attempt_no, step, worker, made_us, left_us, answered_us, http,
--   answer, detail); a time is microseconds since 1970; left_us NULL: it
--   certainly did not leave; answered_us NULL: no answer is known
SELECT attempt_no, step, worker,
       (extract(epoch FROM made_at) * 1000000)::bigint AS made_us,
       (extract(epoch FROM left_at) * 1000000)::bigint AS left_us,
       (extract(epoch FROM answered_at) * 1000000)::bigint AS answered_us,
       http, answer, detail
  FROM attempt
 WHERE batch_id = $1::bigint
 ORDER BY attempt_no;
