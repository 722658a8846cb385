-- ceiling_of_due: the first batch of an account that would be claimed but for a
-- ceiling it would pass, and that ceiling.
--   $1 int   account_id
--   $2 text  from        the state it is claimed from
-- returns (run_id, run_ref, number, ceiling_id, account, live, ccy, what, minor,
--   reaches); nothing when none stands at a ceiling
SELECT b.run_id, r.ref AS run_ref, b.number, c.ceiling_id,
       coalesce(x.name, '') AS account, c.live, c.ccy::text AS ccy, c.what,
       c.minor, o.reaches
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
 CROSS JOIN LATERAL batch_over(b.batch_id) o
  JOIN ceiling c USING (ceiling_id)
  LEFT JOIN funding_account x ON x.account_id = c.account_id
 WHERE EXISTS (SELECT 1 FROM ceiling WHERE state = 'in_force')
   AND b.account_id = $1::bigint
   AND b.state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
   AND b.state = $2::text::batch_state
   AND due_at(b.next_at) <= now()
   AND r.state = 'paying' AND r.cancelled_at IS NULL AND NOT a.lane_closed
   AND (r.pay_date IS NULL
        OR r.pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
   AND NOT (SELECT paused FROM standstill)
 ORDER BY b.batch_id, c.what = 'day', c.what = 'run', c.account_id NULLS FIRST
 LIMIT 1;
