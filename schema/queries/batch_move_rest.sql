-- batch_move_rest: cancel what was not released yet, with an outcome for
-- every row of it: of one run, or of all runs that were cancelled, also while
-- payments were under way.  A file that waits at the provider gets an enquiry
-- due, so that it is cancelled there too; and a refusal that is still looked
-- into is looked into all the same.
--   $1 int     run_id   0: all that were cancelled
--   $2 text[]  from     the states of the cancel edge ...
--   $3 text[]  to       ... where each leads ...
--   $4 text[]  why      ... and what it means
--   $5 text    event
--   $6 text    actor
--   $7 text    code     for the outcomes
--   $8 text    reason   for the outcomes
-- returns (batches, rows)
WITH moved AS (
    UPDATE batch b
       SET state = e.t::batch_state, state_at = now(), state_why = $8::text,
           owner = NULL, lease_until = NULL, epoch = b.epoch + 1,
           poll_at = CASE WHEN b.tracking_id IS NOT NULL THEN now()
                     ELSE b.poll_at END,
           cancelled_rows = b.rows, cancelled_minor = b.minor
      FROM run r
     CROSS JOIN unnest($2::text[], $3::text[], $4::text[]) AS e(f, t, why)
     WHERE b.run_id = r.run_id AND b.state = e.f::batch_state
       AND (r.run_id = $1::bigint
            OR ($1::bigint = 0
                AND (r.state = 'cancelled'
                     OR (r.cancelled_at IS NOT NULL
                         AND r.state IN ('paying', 'paused')))))
       AND b.paid_rows + b.failed_rows + b.doubt_rows + b.cancelled_rows = 0
    RETURNING b.batch_id, b.run_id, b.rows, e.f, e.t, e.why
), ended AS (
    INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, at)
    SELECT i.batch_id, i.seq, 'cancelled', i.minor, i.ccy, $7::text, $8::text,
           now()
      FROM moved JOIN instruction i USING (batch_id)
), told AS (
    INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
    SELECT run_id, batch_id, f, t, $5::text, why || ': ' || $8::text, $6::text
      FROM moved
)
SELECT count(*) AS batches, coalesce(sum(rows), 0)::bigint AS rows FROM moved;
