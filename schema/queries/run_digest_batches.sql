-- run_digest_batches: the batches of a run as its digest covers them.
--   $1 int   run_id
-- returns (grouped, account, provider, rows, minor, rail, digest) in order;
--   account and provider are '' where the run's own account pays, grouped where
--   the run is paid whole or not at all (group_words() says the same, and is
--   not called for each of thousands of batches that have none)
SELECT CASE WHEN s.run_id IS NULL AND b.group_no = 0 THEN ''
       ELSE group_words(b.run_id, b.group_no, b.account_id) END AS grouped,
       CASE WHEN b.account_id <> r.account_id THEN a.name ELSE '' END AS account,
       CASE WHEN b.account_id <> r.account_id THEN a.provider ELSE '' END
           AS provider,
       b.rows::bigint AS rows, b.minor, b.rail, b.digest
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
  LEFT JOIN run_short s ON s.run_id = b.run_id
 WHERE b.run_id = $1::bigint
 ORDER BY b.number;
