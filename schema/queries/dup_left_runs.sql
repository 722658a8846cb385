-- dup_left_runs: runs of an account, period and kind that were sent, all or part,
-- and that this database has lost.
--   $1 text  account
--   $2 text  period   YYYY-MM
--   $3 text  kind
-- returns (run_ref, at, rows) by run_ref
SELECT l.run_ref,
       to_char(min(l.at) AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD HH24:MI') AS at,
       sum(l.rows)::bigint AS rows
  FROM lineage_left l
 WHERE l.account = $1::text AND l.period = $2::text AND l.kind = $3::text
   AND NOT EXISTS (SELECT 1 FROM batch b
                    WHERE b.batch_id = l.batch_id AND b.digest = l.digest)
 GROUP BY l.run_ref
 ORDER BY l.run_ref;
