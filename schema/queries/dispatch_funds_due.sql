-- dispatch_funds_due: the oldest run of an account that waits for the look at
-- its wallet: it is being paid, its day has come, nothing of it is left to
-- initiate, and something waits to be released.
--   $1 bigint  account_id
-- returns (run_id, ref, ccy), or nothing
SELECT r.run_id, r.ref, r.ccy::text AS ccy
  FROM run r
  JOIN funding_account a USING (account_id)
 WHERE r.account_id = $1::bigint AND r.state = 'paying'
   AND r.cancelled_at IS NULL AND r.funds_at IS NULL AND NOT a.lane_closed
   AND (r.pay_date IS NULL
        OR r.pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
   AND EXISTS (SELECT 1 FROM batch b
                WHERE b.run_id = r.run_id AND b.state = 'initiated')
   AND NOT EXISTS (SELECT 1 FROM batch b
                    WHERE b.run_id = r.run_id
                      AND b.state IN ('ready', 'initiating'))
 ORDER BY r.run_id
 LIMIT 1;
