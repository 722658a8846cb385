-- dispatch_lock_funds: one look at an account's wallet decides at a time, and
-- the run that waits for it stays as it is meanwhile.
--   $1 bigint  account_id
--   $2 bigint  run_id
-- returns (policy), or nothing when the run waits for this account no more;
--   policy: of run_short, or empty
SELECT coalesce((SELECT s.policy FROM run_short s WHERE s.run_id = r.run_id),
                '') AS policy
  FROM run r
  JOIN run_account ra USING (run_id)
  JOIN funding_account a ON a.account_id = ra.account_id
 WHERE a.account_id = $1::bigint AND r.run_id = $2::bigint
   AND r.state = 'paying' AND r.cancelled_at IS NULL AND ra.funds_at IS NULL
   FOR NO KEY UPDATE OF r, a, ra;
