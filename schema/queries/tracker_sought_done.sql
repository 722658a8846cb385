-- tracker_sought_done: a payment was asked for by itself; when next.
--   $1 bigint  batch_id
--   $2 bigint  seq
--   $3 bool    complete   every way of asking was gone to its end
--   $4 bigint  next_ms
-- returns (looks)
UPDATE sought
   SET looks = looks + CASE WHEN $3::boolean THEN 1 ELSE 0 END,
       next_at = now() + $4::bigint * interval '1 millisecond'
 WHERE batch_id = $1::bigint AND seq = $2::bigint
RETURNING looks;
