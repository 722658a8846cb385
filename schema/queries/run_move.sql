-- run_move: move a run along one edge of engine/book/states.c.
--   $1 int     run_id
--   $2 text[]  from   the states this event may start from ...
--   $3 text[]  to     ... where each leads ...
--   $4 text[]  why    ... and what it means
--   $5 text    event
--   $6 text    actor
--   $7 text    detail '': none
-- returns (state), or nothing when there is no such edge from where it is
WITH moved AS (
    UPDATE run r
       SET state = e.t::run_state, state_at = now(),
           state_why = CASE WHEN $7::text = '' THEN e.why ELSE $7::text END
      FROM unnest($2::text[], $3::text[], $4::text[]) AS e(f, t, why)
     WHERE r.run_id = $1::bigint AND r.state = e.f::run_state
    RETURNING r.run_id, e.f, e.t, e.why
), told AS (
    INSERT INTO history (run_id, from_state, to_state, on_event, why, actor)
    SELECT run_id, f, t, $5::text,
           why || CASE WHEN $7::text = '' THEN '' ELSE ': ' || $7::text END,
           $6::text
      FROM moved
)
SELECT t AS state FROM moved;
