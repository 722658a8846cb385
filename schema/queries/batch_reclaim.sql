-- batch_reclaim: take back batches whose lease ran out or whose owner is gone.
-- Whether a request left is read from the batch's own row: after waiting for a
-- door that was just being passed, PostgreSQL looks at that row again.
--   $1 text[]  owners   who certainly lives no more
--   $2 text[]  from     the edges: state ...
--   $3 bool[]  left     ... and whether a request may have left ...
--   $4 text[]  to       ... lead there ...
--   $5 text[]  event    ... by this event ...
--   $6 text[]  why      ... meaning this
--   $7 text    actor
-- returns (batch_id)
WITH gone AS (
    SELECT batch_id, state::text AS f, left_no IS NOT NULL AS has_left,
           CASE WHEN owner = ANY ($1::text[]) THEN 'its worker is gone'
                ELSE 'its lease ran out' END AS how
      FROM batch
     WHERE state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
       AND state IN ('initiating', 'releasing', 'sending')
       AND (lease_until IS NULL OR due_at(lease_until) < now()
            OR owner = ANY ($1::text[]))
       FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE batch b
       SET state = e.t::batch_state, state_at = now(),
           state_why = g.how || '; ' || e.why, owner = NULL,
           lease_until = NULL, epoch = b.epoch + 1,
           tracking_id = CASE WHEN e.t <> 'ready' THEN b.tracking_id END,
           file_alias = CASE WHEN e.t <> 'ready' THEN b.file_alias END,
           answer_no = CASE WHEN e.t <> 'ready' THEN b.answer_no END,
           poll_at = CASE WHEN e.t = 'in_doubt' THEN now() ELSE b.poll_at END
      FROM gone g
      JOIN unnest($2::text[], $3::boolean[], $4::text[], $5::text[], $6::text[])
           AS e(f, has_left, t, event, why) USING (f, has_left)
     WHERE b.batch_id = g.batch_id
    RETURNING b.batch_id, b.run_id, g.f, e.t, e.event, g.how || '; ' || e.why AS why
), told AS (
    INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
    SELECT run_id, batch_id, f, t, event, why, $7::text FROM moved
)
SELECT batch_id FROM moved;
