-- tracker_wake: released files that nobody would ask about are asked about now.
-- There should be none; forgetting one would lose a payment.
-- returns (batch_id)
UPDATE batch
   SET poll_at = now()
 WHERE poll_at IS NULL AND state IN ('in_flight', 'in_doubt')
RETURNING batch_id;
