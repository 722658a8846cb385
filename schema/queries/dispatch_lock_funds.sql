-- dispatch_lock_funds: one look at an account's wallet decides at a time, and
-- the run that waits for it stays as it is meanwhile.
--   $1 bigint  account_id
--   $2 bigint  run_id
-- returns (run_id), or nothing when the run waits no more
SELECT r.run_id
  FROM run r
  JOIN funding_account a USING (account_id)
 WHERE a.account_id = $1::bigint AND r.run_id = $2::bigint
   AND r.state = 'paying' AND r.cancelled_at IS NULL AND r.funds_at IS NULL
   FOR NO KEY UPDATE OF r, a;
