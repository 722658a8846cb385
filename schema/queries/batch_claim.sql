-- batch_claim: take due batches of an account under a lease: the first, and more
-- while they are few rows together.  Only of a run
-- that is being paid, whose approval holds its present content, whose day has
-- come, on an open lane; for release, and for sending in one phase, only when
-- every account of the run covers its part; where groups were approved, of its
-- group.  Nothing while everything is paused, no retry of what is said to have
-- been paid after all, nothing that would pass a ceiling, and nobody who fell in
-- doubt in another run of the period.
-- One that was refused is sent again only when a look at the provider's list is
-- not outstanding (poll_at): that finds out whether it was taken all the same;
-- and never one of which the provider has given us the number of a payment.
-- While the account is tried out, only the run's canary: see canary_holds().
--   $1 int   account_id
--   $2 text  from        the edge's states ...
--   $3 text  to
--   $4 text  event       ... its event ...
--   $5 text  why         ... and what it means
--   $6 text  owner       who takes it
--   $7 int   lease_ms
--   $8 bool  needs_funds
--   $9 text  proof       what a canary tries; empty: none is wanted ...
--   $10 bool each_run    ... of every run, whatever was proven ...
--   $11 int  rows        ... and how large it should be
--   $12 int  most        so many batches at most: 1 of what pays, see batch_claim_some() ...
--   $13 int  rows_max    ... of so many rows together, when it is more than one
-- returns (batch_id, rows) in order, or nothing when none is due
WITH held AS MATERIALIZED (
    SELECT run_id, batch_id
      FROM canary_holds($1::bigint, $9::text, $10::boolean, $11::bigint,
                        $2::text::batch_state)
), due AS (
    SELECT b.batch_id, b.rows
      FROM batch b
      JOIN run r USING (run_id)
      JOIN approval p ON p.run_id = r.run_id AND p.digest = r.digest
      JOIN funding_account a ON a.account_id = b.account_id
     WHERE b.account_id = $1::bigint
       AND b.state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
       AND b.state = $2::text::batch_state
       AND due_at(b.next_at) <= now()
       AND ($4::text <> 'claim_send'
            OR (b.poll_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM placed x
                                 WHERE x.batch_id = b.batch_id)))
       AND r.state = 'paying' AND r.cancelled_at IS NULL
       AND (r.pay_date IS NULL
            OR r.pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
       AND (NOT $8::boolean OR (r.funds_at IS NOT NULL
                                AND (b.group_no = 0
                                     OR group_goes(b.run_id, b.group_no))))
       AND NOT a.lane_closed
       AND NOT (SELECT paused FROM standstill)
       AND (r.parent IS NULL OR NOT retry_stopped(r.run_id))
       AND NOT EXISTS (SELECT 1 FROM held h
                        WHERE h.run_id = b.run_id
                          AND h.batch_id IS DISTINCT FROM b.batch_id)
       AND NOT EXISTS (SELECT 1 FROM batch_over(b.batch_id))
       AND NOT EXISTS (SELECT 1 FROM rows_frozen(b.run_id, b.batch_id))
     ORDER BY b.batch_id
     LIMIT $12::bigint
       FOR NO KEY UPDATE OF b SKIP LOCKED
), taken AS (
    SELECT batch_id
      FROM (SELECT batch_id, rows, sum(rows) OVER (ORDER BY batch_id) AS so_far
              FROM due) d
     WHERE so_far = rows OR so_far <= $13::bigint
), moved AS (
    UPDATE batch b
       SET state = $3::text::batch_state, state_at = now(),
           state_why = $5::text, owner = $6::text,
           lease_until = now() + $7::bigint * interval '1 millisecond',
           epoch = b.epoch + 1, left_no = NULL
      FROM taken
     WHERE b.batch_id = taken.batch_id
    RETURNING b.batch_id, b.run_id, b.rows
), told AS (
    INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
    SELECT run_id, batch_id, $2::text, $3::text, $4::text, $5::text, $6::text
      FROM moved
)
SELECT batch_id, rows::bigint AS rows FROM moved ORDER BY batch_id;
