-- short_of_run: what was approved for the case that money is short.
--   $1 int   run_id
-- returns (policy, group_by), or nothing: the run is paid whole or not at all
SELECT policy, group_by FROM run_short WHERE run_id = $1::bigint;
