-- canary_tell: people are told that not all of a canary was paid; with the pause
-- of its run.
--   $1 int   batch_id
-- returns (run_id), or nothing: they were told before
UPDATE canary c
   SET told_at = now()
 WHERE c.batch_id = $1::bigint AND c.told_at IS NULL AND NOT canary_passed(c)
RETURNING c.run_id;
