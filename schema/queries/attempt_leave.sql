-- attempt_leave: the door.  A request may leave only if its batch is still
-- under this claim and lease, the run is being paid, its approval holds its
-- content, the lane is open, not everything is paused, nothing it pays again is
-- said to have been paid, what moves money passes no ceiling; and if this
-- database has the history that the caller's mark knows.  A cancel moves no
-- money and needs only the claim.
-- Run, account and the pause are held until this commits: a pause that came
-- first is seen, one that comes later waits.  What may move money beats the
-- counter of the lineage in the same commit.
--   $1 int   batch_id
--   $2 int   attempt_no
--   $3 int   epoch
--   $4 text  installation   the mark: see lineage_holds ...
--   $5 int   mark_epoch
--   $6 int   mark_beat
--   $7 text  mark_nonce
--   $8 text  mark_place
--   $9 text  nonce          random, for the new beat
-- returns (attempt_no, beat, at_us), or nothing: it must not leave; beat 0: it
--   moves no money, the mark need not know of it
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
                AND (t.step = 'initiate'
                     OR NOT EXISTS (SELECT 1 FROM batch_over(b.batch_id)))
                AND lineage_holds($4::text, $5::bigint, $6::bigint, $7::text,
                                  $8::text)
                AND EXISTS (SELECT 1 FROM approval p
                             WHERE p.run_id = r.run_id AND p.digest = r.digest)))
       FOR SHARE OF r, a, s
       FOR NO KEY UPDATE OF b
), noted AS (
    UPDATE batch b
       SET left_no = $2::bigint,
           paid_on = CASE WHEN gate.step = 'initiate' THEN b.paid_on
                     ELSE today_nairobi() END
      FROM gate
     WHERE b.batch_id = $1::bigint AND b.batch_id = gate.batch_id
       AND gate.step <> 'cancel'
), beaten AS (
    UPDATE lineage l
       SET beat = l.beat + 1, nonce = $9::text, at = clock_timestamp()
      FROM gate
     WHERE l.one AND gate.step IN ('approve', 'send')
    RETURNING l.beat, l.nonce, l.at
), kept AS (
    INSERT INTO lineage_beat (beat, nonce, at, what)
    SELECT beat, nonce, at, $1::bigint || '/' || $2::bigint
      FROM beaten
)
UPDATE attempt t
   SET left_at = clock_timestamp()
  FROM gate
  LEFT JOIN beaten ON true
 WHERE t.batch_id = $1::bigint AND t.batch_id = gate.batch_id
   AND t.attempt_no = $2::bigint AND t.left_at IS NULL
RETURNING t.attempt_no, coalesce(beaten.beat, 0) AS beat,
          (extract(epoch FROM coalesce(beaten.at, now())) * 1000000)::bigint
          AS at_us;
