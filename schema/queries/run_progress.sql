-- run_progress: a run's batches by state, with their counters.
--   $1 int   run_id
-- returns (state, batches, rows, minor, paid_rows, paid_minor, failed_rows,
--   failed_minor, doubt_rows, doubt_minor, cancelled_rows, cancelled_minor)
SELECT state::text AS state, count(*) AS batches, sum(rows) AS rows,
       sum(minor)::bigint AS minor,
       sum(paid_rows) AS paid_rows, sum(paid_minor)::bigint AS paid_minor,
       sum(failed_rows) AS failed_rows,
       sum(failed_minor)::bigint AS failed_minor,
       sum(doubt_rows) AS doubt_rows, sum(doubt_minor)::bigint AS doubt_minor,
       sum(cancelled_rows) AS cancelled_rows,
       sum(cancelled_minor)::bigint AS cancelled_minor
  FROM batch
 WHERE run_id = $1::bigint
 GROUP BY state;
