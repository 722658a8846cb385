-- run_digest_head: the part of a run's digest that is not its batches.
--   $1 int   run_id
-- returns (account, provider, live, period, kind, pay_date, ccy, narration,
--   rows, minor, file_sha256, digest)
SELECT account, provider, live, period, kind, pay_date, ccy, narration, rows,
       minor, file_sha256, digest
  FROM run_view
 WHERE run_id = $1::bigint;
