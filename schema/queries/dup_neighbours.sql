-- dup_neighbours: the other runs of a period; rejected and cancelled ones do
-- not count.
--   $1 text  period
--   $2 int   run_id   the new one
-- returns (run_id, ref, rows) oldest first
SELECT run_id, ref, rows
  FROM run
 WHERE period = $1::text AND run_id <> $2::bigint
   AND state NOT IN ('rejected', 'cancelled', 'expired')
 ORDER BY run_id;
