-- frozen_of_due: the first batch of an account that would be claimed but for a
-- payee of it who is in doubt in another run of the period.
--   $1 int   account_id
--   $2 text  from        the state it is claimed from
-- returns (run_id, run_ref, line_no, name, other_ref, other_line, total), or
--   nothing
SELECT r.run_id, r.ref AS run_ref, f.line_no, f.name, o.ref AS other_ref,
       f.other_line, 1::bigint AS total
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
 CROSS JOIN LATERAL rows_frozen(b.run_id, b.batch_id) f
  JOIN run o ON o.run_id = f.other_run
 WHERE (EXISTS (SELECT 1 FROM batch d
                WHERE d.doubt_rows > 0 OR d.state = 'in_doubt')
        OR EXISTS (SELECT 1 FROM contradiction c WHERE c.evidence_id IS NULL))
   AND b.account_id = $1::bigint
   AND b.state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
   AND b.state = $2::text::batch_state
   AND due_at(b.next_at) <= now()
   AND r.state = 'paying' AND r.cancelled_at IS NULL AND NOT a.lane_closed
   AND (r.pay_date IS NULL
        OR r.pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
   AND NOT (SELECT paused FROM standstill)
 ORDER BY b.batch_id, f.line_no
 LIMIT 1;
