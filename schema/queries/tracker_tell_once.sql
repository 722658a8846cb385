-- tracker_tell_once: into the history of a batch, if it does not stand there.
--   $1 bigint  batch_id
--   $2 text    event
--   $3 text    why
--   $4 text    actor
-- returns (history_id), or nothing: it was told before
INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
SELECT b.run_id, b.batch_id, b.state::text, b.state::text, $2::text, $3::text,
       $4::text
  FROM batch b
 WHERE b.batch_id = $1::bigint
   AND NOT EXISTS (SELECT 1 FROM history h
                    WHERE h.run_id = b.run_id AND h.batch_id = b.batch_id
                      AND h.on_event = $2::text)
RETURNING history_id;
