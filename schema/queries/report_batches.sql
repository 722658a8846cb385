-- report_batches: the batches of a run with their counters.
--   $1 bigint  run_id
-- returns (number, rail, state, state_why, tracking_id, provider_code, rows,
--   minor, paid_rows, paid_minor, failed_rows, failed_minor, doubt_rows,
--   doubt_minor, cancelled_rows, cancelled_minor, attempts, polls,
--   charge_minor, state_us, account_id)
SELECT number, rail, state::text AS state, state_why, tracking_id,
       provider_code, rows, minor, paid_rows, paid_minor, failed_rows,
       failed_minor, doubt_rows, doubt_minor, cancelled_rows, cancelled_minor,
       attempts, polls, charge_minor,
       (extract(epoch FROM state_at) * 1000000)::bigint AS state_us,
       account_id
  FROM batch
 WHERE run_id = $1::bigint
 ORDER BY number;
