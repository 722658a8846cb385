-- run_cancel_mark: a run was cancelled while payments were under way: nothing
-- more of it is sent.
--   $1 int   run_id
--   $2 text  actor
--   $3 text  why
-- returns (run_id)
WITH noted AS (
    UPDATE run
       SET cancelled_at = coalesce(cancelled_at, now()), state_why = $3::text
     WHERE run_id = $1::bigint
    RETURNING run_id, state::text AS state
)
INSERT INTO history (run_id, from_state, to_state, on_event, why, actor)
SELECT run_id, state, state, 'cancel_rest', $3::text, $2::text
  FROM noted
RETURNING run_id;
