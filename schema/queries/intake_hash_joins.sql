-- intake_hash_joins: rows loaded in this very transaction have no statistics
-- yet, and a nested loop over them would take hours; for one statement only
-- hash and merge joins may be chosen.
--   $1 bool  only_hash
-- returns (enable_nestloop)
SELECT set_config('enable_nestloop',
                  CASE WHEN $1::boolean THEN 'off' ELSE 'on' END, true)
       AS enable_nestloop;
