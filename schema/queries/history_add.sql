-- history_add: how a run began.
--   $1 int   run_id
--   $2 text  to_state
--   $3 text  event
--   $4 text  why
--   $5 text  actor
-- returns nothing
INSERT INTO history (run_id, from_state, to_state, on_event, why, actor)
VALUES ($1::bigint, '', $2::text, $3::text, $4::text, $5::text);
