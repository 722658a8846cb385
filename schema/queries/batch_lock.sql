-- batch_lock: hold a batch's row until the end of the transaction, so that its
-- outcomes and counters change together.
--   $1 int   batch_id
-- returns (batch_id)
SELECT batch_id FROM batch WHERE batch_id = $1::bigint FOR NO KEY UPDATE;
