-- report_runs: what became of some runs, by the counters of their batches.
--   $1 bigint[]  run_ids
-- returns (run_id, paid_rows, paid_minor, failed_rows, failed_minor,
--   doubt_rows, doubt_minor, cancelled_rows, cancelled_minor, waiting_rows,
--   waiting_minor, flight_rows, flight_minor, charge_minor,
--   charge_estimate_minor), in the order of $1
SELECT r.run_id, coalesce(sum(b.paid_rows), 0)::bigint AS paid_rows,
       coalesce(sum(b.paid_minor), 0)::bigint AS paid_minor,
       coalesce(sum(b.failed_rows), 0)::bigint AS failed_rows,
       coalesce(sum(b.failed_minor), 0)::bigint AS failed_minor,
       coalesce(sum(b.doubt_rows), 0)::bigint AS doubt_rows,
       coalesce(sum(b.doubt_minor), 0)::bigint AS doubt_minor,
       coalesce(sum(b.cancelled_rows), 0)::bigint AS cancelled_rows,
       coalesce(sum(b.cancelled_minor), 0)::bigint AS cancelled_minor,
       coalesce(sum(b.rows) FILTER (WHERE w.waits), 0)::bigint AS waiting_rows,
       coalesce(sum(b.minor) FILTER (WHERE w.waits), 0)::bigint AS waiting_minor,
       coalesce(sum(b.rows - b.paid_rows - b.failed_rows - b.doubt_rows
                    - b.cancelled_rows) FILTER (WHERE NOT w.waits), 0)::bigint AS flight_rows,
       coalesce(sum(b.minor - b.paid_minor - b.failed_minor - b.doubt_minor
                    - b.cancelled_minor) FILTER (WHERE NOT w.waits), 0)::bigint AS flight_minor,
       coalesce(sum(b.charge_minor), 0)::bigint AS charge_minor,
       coalesce(sum(b.charge_estimate_minor), 0)::bigint AS charge_estimate_minor
  FROM unnest($1::bigint[]) WITH ORDINALITY AS r(run_id, nr)
  LEFT JOIN batch b ON b.run_id = r.run_id
 CROSS JOIN LATERAL (SELECT b.state IN ('ready', 'initiating', 'initiated')
                            AS waits) AS w
 GROUP BY r.run_id, r.nr
 ORDER BY r.nr;
