-- slot_run_add: a slot that is still open releases a run.
--   $1 int   slot_id
--   $2 int   run_id
-- returns a row; nothing when the slot was taken meanwhile
INSERT INTO slot_run (run_id, slot_id)
SELECT $2::bigint, s.slot_id
  FROM (SELECT slot_id FROM slot
         WHERE slot_id = $1::bigint AND state IN ('planned', 'held')
           FOR NO KEY UPDATE) s
ON CONFLICT DO NOTHING
RETURNING run_id;
