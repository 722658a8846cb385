-- reconcile_joins: how the next statements join.  In order of their keys, where
-- all is read anyway: hash tables of a million rows miss the cache at each row,
-- and the planner cannot know.  Nor can it know that a million payments have few
-- batches: it would sort to count them.  By keys, where it is known that there
-- are few.
--   $1 text  order, hash or keys
-- returns (set)
SELECT set_config('enable_hashjoin', CASE $1::text WHEN 'order' THEN 'off' ELSE 'on' END, true)
       || set_config('enable_nestloop', CASE $1::text WHEN 'keys' THEN 'on' ELSE 'off' END, true)
       || set_config('hash_mem_multiplier',
                     CASE $1::text WHEN 'order' THEN '1000' ELSE '2' END, true) AS set;
