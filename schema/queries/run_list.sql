-- run_list: all runs, newest first.
-- returns (columns of run_view)
SELECT run_id, account_id, file_id, ref, account, live, period, kind,
       pay_date, ccy, made_by, approved_by, narration, override, state_why,
       file_name, digest, rows, minor, held_rows, batches, state, funds_seen,
       created_at, state_at, parent
  FROM run_view
 ORDER BY run_id DESC;
