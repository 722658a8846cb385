-- tracker_contradicted: settled runs that were contradicted say so.
--   $1 text  why
-- returns (run_id)
UPDATE run
   SET state_why = $1::text
 WHERE recount_at = 'infinity' AND state = 'settled'
   AND state_why <> $1::text
RETURNING run_id;
