-- tracker_look_again: a callback says something else than how a payment ended:
-- look at the batch once more, also when it is all over.
--   $1 bigint  batch_id
-- returns (batch_id)
UPDATE batch
   SET poll_at = now()
 WHERE batch_id = $1::bigint
RETURNING batch_id;
