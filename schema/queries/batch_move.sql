-- batch_move: move a batch along one edge of engine/book/states.c, if the
-- caller's epoch is still the row's, and give its lease back.
--   $1 int     batch_id
--   $2 int     epoch
--   $3 text[]  from      the states this event may start from ...
--   $4 text[]  to        ... where each leads ...
--   $5 text[]  why       ... and what it means
--   $6 text    event
--   $7 text    actor
--   $8 text    detail    '': none
--   $9 int     wait_ms   next_at = now + this; 0: leave
--   $10 bool   count_try tries + 1, otherwise 0
--   $11 int    poll_ms   poll_at = now + this, or before when a callback came
--                        early; 0: leave; -1: never again
--   $12 bool   forget    tracking_id, file_alias and answer_no become NULL
--   $13 int    answer_no 0: leave
--   $14 int    charge_estimate_minor  0 or less: leave
-- returns (state, tries), or nothing when it is not ours or has no such edge
WITH moved AS (
    UPDATE batch b
       SET state = e.t::batch_state, state_at = now(),
           state_why = CASE WHEN $8::text = '' THEN e.why ELSE $8::text END,
           owner = NULL, lease_until = NULL,
           next_at = CASE WHEN $9::bigint = 0 THEN b.next_at
                     ELSE now() + $9::bigint * interval '1 millisecond' END,
           tries = CASE WHEN $10::boolean THEN b.tries + 1 ELSE 0 END,
           poll_at = CASE WHEN $11::bigint = 0 THEN b.poll_at
                     WHEN $11::bigint > 0 AND b.state = 'sending'
                     THEN least(b.poll_at, now() + $11::bigint * interval '1 millisecond')
                     WHEN $11::bigint > 0
                     THEN now() + $11::bigint * interval '1 millisecond' END,
           tracking_id = CASE WHEN NOT $12::boolean THEN b.tracking_id END,
           file_alias = CASE WHEN NOT $12::boolean THEN b.file_alias END,
           answer_no = CASE WHEN $13::bigint <> 0 THEN $13::bigint
                       WHEN NOT $12::boolean THEN b.answer_no END,
           charge_estimate_minor = CASE WHEN $14::bigint > 0 THEN $14::bigint
                                   ELSE b.charge_estimate_minor END
      FROM unnest($3::text[], $4::text[], $5::text[]) AS e(f, t, why)
     WHERE b.batch_id = $1::bigint AND b.epoch = $2::bigint
       AND b.state = e.f::batch_state
    RETURNING b.batch_id, b.run_id, b.tries, e.f, e.t, e.why
), told AS (
    INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
    SELECT run_id, batch_id, f, t, $6::text,
           why || CASE WHEN $8::text = '' THEN '' ELSE ': ' || $8::text END,
           $7::text
      FROM moved
)
SELECT t AS state, tries FROM moved;
