-- batch_by_id: one batch as a worker needs it.
--   $1 int   batch_id
-- returns (columns of batch_view)
SELECT batch_id, run_id, account_id, minor, charge_estimate_minor, number,
       rows, epoch, tries, answer_no, polls, final_polls, rail, ccy, account,
       run_ref, narration, tracking_id, file_alias, provider_code,
       provider_at, digest, state, paid_rows, failed_rows, doubt_rows,
       cancelled_rows
  FROM batch_view
 WHERE batch_id = $1::bigint;
