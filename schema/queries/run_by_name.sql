-- run_by_name: one run, by its name in capitals or by its number.
--   $1 text  ref        R-2026-11-A; '': none
--   $2 int   run_id     0: none
-- returns (columns of run_view) or nothing
SELECT run_id, account_id, file_id, ref, account, live, period, kind,
       pay_date, ccy, made_by, approved_by, narration, override, state_why,
       file_name, digest, rows, minor, held_rows, batches, state, funds_seen,
       created_at, state_at, parent
  FROM run_view
 WHERE ref = $1::text OR run_id = $2::bigint;
