-- batch_poll_claim: one batch whose status enquiry is due; nobody else asks
-- about it for a while.
--   $1 int   account_id
--   $2 int   hold_ms
-- returns (batch_id, misses), or nothing when none is due
UPDATE batch
   SET poll_at = now() + $2::bigint * interval '1 millisecond'
 WHERE batch_id = (SELECT batch_id
                     FROM batch
                    WHERE due_at(poll_at) <= now() AND account_id = $1::bigint
                    ORDER BY poll_at
                    LIMIT 1
                      FOR NO KEY UPDATE SKIP LOCKED)
RETURNING batch_id, misses;
