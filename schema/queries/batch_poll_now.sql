-- batch_poll_now: a callback came: ask at once, unless it is all over and the
-- provider said so itself; of one that is just being sent, as soon as its answer
-- is stored.
--   $1 int   batch_id
-- returns (batch_id)
UPDATE batch
   SET poll_at = now()
 WHERE batch_id = $1::bigint
   AND (poll_at IS NOT NULL OR state IN ('in_flight', 'in_doubt', 'sending')
        OR EXISTS (SELECT 1 FROM agreement g
                    WHERE g.batch_id = batch.batch_id))
RETURNING batch_id;
