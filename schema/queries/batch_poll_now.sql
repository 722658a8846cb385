-- batch_poll_now: a callback came: ask at once, unless it is all over.
--   $1 int   batch_id
-- returns (batch_id)
UPDATE batch
   SET poll_at = now()
 WHERE batch_id = $1::bigint
   AND (poll_at IS NOT NULL OR state IN ('in_flight', 'in_doubt'))
RETURNING batch_id;
