-- run_lock: hold a run's row until the end of the transaction, so that nobody
-- moves it meanwhile.
--   $1 int   run_id
-- returns (state)
SELECT state::text AS state
  FROM run
 WHERE run_id = $1::bigint
   FOR NO KEY UPDATE;
