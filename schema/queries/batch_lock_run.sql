-- batch_lock_run: hold every batch of a run until the end of the transaction,
-- so that the next statement sees where each of them really is.
--   $1 int   run_id
-- returns (batch_id)
SELECT batch_id
  FROM batch
 WHERE run_id = $1::bigint
 ORDER BY batch_id
   FOR NO KEY UPDATE;
