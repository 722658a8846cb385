-- run_recount: note that a run's sums do not tie, for people.
--   $1 int   run_id
--   $2 text  actor
--   $3 text  why
-- returns (run_id)
WITH noted AS (
    UPDATE run
       SET recount_at = now(), state_why = $3::text
     WHERE run_id = $1::bigint
    RETURNING run_id, state::text AS state
)
INSERT INTO history (run_id, from_state, to_state, on_event, why, actor)
SELECT run_id, state, state, 'sums_differ', $3::text, $2::text
  FROM noted
RETURNING run_id;
