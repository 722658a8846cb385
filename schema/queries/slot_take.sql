-- slot_take: a slot whose runs are all released is done with.
--   $1 int   slot_id
--   $2 text  note
--   $3 text  owner
-- returns (state); nothing when somebody else took it
UPDATE slot s
   SET state = CASE WHEN EXISTS (SELECT 1 FROM slot_run r WHERE r.slot_id = s.slot_id)
                    THEN 'released' ELSE 'nothing' END,
       note = $2::text, state_at = now(), taken_by = $3::text, taken_at = now()
 WHERE s.slot_id = $1::bigint AND s.state IN ('planned', 'held')
RETURNING s.state;
