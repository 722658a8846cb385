-- tracker_contradiction: a run that the provider contradicted is not closed by
-- itself any more.
--   $1 bigint  run_id
-- returns (run_id)
UPDATE run
   SET recount_at = 'infinity'
 WHERE run_id = $1::bigint
RETURNING run_id;
