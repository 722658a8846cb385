-- batch_next_due: how long until a worker could do something: a claim, taking
-- back a lease, an enquiry.
-- returns (ms), 0: now, -1: nothing is open at all
WITH due AS (
    SELECT greatest(due_at(b.next_at),
                    r.pay_date::timestamp AT TIME ZONE 'Africa/Nairobi') AS at
      FROM batch b
      JOIN run r USING (run_id)
      JOIN funding_account a ON a.account_id = b.account_id
     WHERE b.state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
       AND b.state IN ('ready', 'initiated')
       AND r.state = 'paying' AND r.cancelled_at IS NULL AND NOT a.lane_closed
       AND NOT (SELECT paused FROM standstill)
    UNION ALL
    SELECT coalesce(due_at(lease_until), now())
      FROM batch
     WHERE state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
       AND state IN ('initiating', 'releasing', 'sending')
    UNION ALL
    SELECT due_at(poll_at) FROM batch WHERE poll_at IS NOT NULL
)
SELECT (CASE WHEN min(at) IS NULL THEN -1
             WHEN min(at) <= now() THEN 0
             ELSE ceil(extract(epoch FROM min(at) - now()) * 1000)
        END)::bigint AS ms
  FROM due;
