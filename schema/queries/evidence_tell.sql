-- evidence_tell: into the history of a batch, for its run's page.
--   $1 bigint  batch_id
--   $2 text    event
--   $3 text    why
--   $4 text    actor
-- returns (history_id)
INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
SELECT run_id, batch_id, state::text, state::text, $2::text, $3::text, $4::text
  FROM batch
 WHERE batch_id = $1::bigint
RETURNING history_id;
