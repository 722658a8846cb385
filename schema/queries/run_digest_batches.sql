-- run_digest_batches: the batches of a run as its digest covers them.
--   $1 int   run_id
-- returns (rows, minor, rail, digest) in order
SELECT rows::bigint AS rows, minor, rail, digest
  FROM batch
 WHERE run_id = $1::bigint
 ORDER BY number;
