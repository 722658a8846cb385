-- tracker_reopen: a run that had ended before the provider contradicted it.
-- returns (run_id, ref), or nothing
SELECT run_id, ref
  FROM run
 WHERE recount_at = 'infinity' AND state IN ('closed', 'cancelled')
 ORDER BY run_id
 LIMIT 1;
