-- attempt_leave: the door.  A request may leave only if its batch is still
-- under this claim and lease, the run is being paid, its approval holds its
-- content, the lane is open, not everything is paused, and nothing it pays again
-- is said to have been paid; a cancel moves no money and needs only the claim.
-- Run, account and the pause are held until this commits: a pause that came
-- first is seen, one that comes later waits.
--   $1 int   batch_id
--   $2 int   attempt_no
--   $3 int   epoch
-- returns (attempt_no), or nothing: it must not leave
WITH gate AS (
    SELECT b.batch_id, t.step
      FROM attempt t
      JOIN batch b USING (batch_id)
      JOIN run r USING (run_id)
      JOIN funding_account a ON a.account_id = b.account_id
     CROSS JOIN standstill s
     WHERE t.batch_id = $1::bigint AND t.attempt_no = $2::bigint
       AND t.epoch = $3::bigint AND b.epoch = $3::bigint
       AND t.left_at IS NULL AND t.answered_at IS NULL
       AND (t.step = 'cancel'
            OR (b.lease_until > clock_timestamp()
                AND b.state = CASE t.step WHEN 'initiate' THEN 'initiating'
                                          WHEN 'approve' THEN 'releasing'
                                          WHEN 'send' THEN 'sending'
                              END::batch_state
                AND (t.step <> 'approve' OR b.tracking_id = t.tracking_id)
                AND r.state = 'paying' AND r.cancelled_at IS NULL
                AND NOT a.lane_closed AND NOT s.paused
                AND (r.parent IS NULL OR NOT retry_stopped(r.run_id))
                AND EXISTS (SELECT 1 FROM approval p
                             WHERE p.run_id = r.run_id AND p.digest = r.digest)))
       FOR SHARE OF r, a, s
       FOR NO KEY UPDATE OF b
), noted AS (
    UPDATE batch b
       SET left_no = $2::bigint
      FROM gate
     WHERE b.batch_id = gate.batch_id AND gate.step <> 'cancel'
)
UPDATE attempt t
   SET left_at = clock_timestamp()
  FROM gate
 WHERE t.batch_id = gate.batch_id AND t.attempt_no = $2::bigint
   AND t.left_at IS NULL
RETURNING t.attempt_no;
