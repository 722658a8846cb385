-- batch_by_id: one batch as a worker needs it.
--   $1 int   batch_id
-- returns (columns of batch_view, and period and kind of its run)
SELECT v.batch_id, v.run_id, v.account_id, v.minor, v.charge_estimate_minor,
       v.number, v.rows, v.epoch, v.tries, v.answer_no, v.polls, v.final_polls,
       v.rail, v.ccy, v.account, v.run_ref, r.period::text AS period, r.kind, v.narration,
       v.tracking_id, v.file_alias, v.provider_code, v.provider_at, v.digest,
       v.state, v.paid_rows, v.failed_rows, v.doubt_rows, v.cancelled_rows
  FROM batch_view v
  JOIN run r USING (run_id)
 WHERE batch_id = $1::bigint;
