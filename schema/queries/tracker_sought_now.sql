-- tracker_sought_now: a callback came: ask for this payment at once.
--   $1 bigint  batch_id
--   $2 bigint  seq
-- returns (looks), or nothing when it is not asked for by itself
UPDATE sought
   SET next_at = now()
 WHERE batch_id = $1::bigint AND seq = $2::bigint
RETURNING looks;
