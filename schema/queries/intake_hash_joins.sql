-- intake_hash_joins: rows loaded in this very transaction have no statistics
-- yet, and a nested loop over them would take hours; for one statement only
-- hash and merge joins may be chosen.  What looks like few rows is a million:
-- the hash has room for them, and is made once, not by each parallel worker.
--   $1 bool  only_hash
-- returns (enable_nestloop, work_mem, workers), until the transaction ends
SELECT set_config('enable_nestloop',
                  CASE WHEN $1::boolean THEN 'off' ELSE 'on' END, true)
       AS enable_nestloop,
       set_config('work_mem', '64MB', true) AS work_mem,
       set_config('max_parallel_workers_per_gather', '0', true) AS workers;
