-- canary_accept: a person was told that not all of a run's canary was paid, and
-- resumes the run: the rest of it may go.  Not while a payment of the canary is
-- still open or in doubt.
--   $1 int   run_id
--   $2 text  who
-- returns (run_id), or nothing: there is nothing to accept
UPDATE canary c
   SET accepted_by = $2::text, accepted_at = now()
  FROM batch b
 WHERE c.run_id = $1::bigint AND b.batch_id = c.batch_id
   AND c.told_at IS NOT NULL AND c.accepted_at IS NULL
   AND b.state IN ('done', 'refused', 'cancelled') AND b.doubt_rows = 0
   AND NOT canary_passed(c)
RETURNING c.run_id;
