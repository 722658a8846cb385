-- dispatch_funds_due: the oldest run of which an account pays a part and whose
-- funds were not looked at yet: it is being paid, its day has come, nothing of
-- the part is left to initiate, and nothing of it is in doubt unless something
-- waits already.  Where groups of it wait for money, again at look_at.  One-phase providers initiate nothing.
--   $1 bigint  account_id
-- returns (run_id, ref, ccy, asks, several), or nothing; asks: something of
--   the part waits for money; several: other accounts pay too
SELECT r.run_id, r.ref, r.ccy::text AS ccy, w.waits AS asks,
       (SELECT count(*) > 1 FROM run_account o WHERE o.run_id = r.run_id)
           AS several
  FROM run_account ra
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = ra.account_id
 CROSS JOIN LATERAL (
           SELECT coalesce(bool_or(b.state = 'initiated'
                                   OR (b.state = 'ready' AND NOT a.two_phase)),
                           false) AS waits,
                  coalesce(bool_or(b.state IN ('ready', 'initiating')), false)
                      AS unprepared,
                  coalesce(bool_or(b.state IN ('releasing', 'in_doubt')), false)
                      AS unknown
             FROM batch b
            WHERE b.run_id = ra.run_id AND b.account_id = ra.account_id) w
 WHERE ra.account_id = $1::bigint AND ra.funds_at IS NULL
   AND coalesce(due_at(ra.look_at), '-infinity') <= now()
   AND r.state = 'paying' AND r.cancelled_at IS NULL AND NOT a.lane_closed
   AND (r.pay_date IS NULL
        OR r.pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
   AND (NOT a.two_phase
        OR (NOT w.unprepared AND (w.waits OR NOT w.unknown)))
 ORDER BY r.run_id
 LIMIT 1;
