-- slot_move: a slot that cannot be taken now is held, asks, or is skipped.
--   $1 int   slot_id
--   $2 text  to      held, asks or skipped
--   $3 text  note
-- returns a row when that is news
UPDATE slot
   SET state = $2::text, note = $3::text, state_at = now()
 WHERE slot_id = $1::bigint AND state IN ('planned', 'held')
   AND (state, note) IS DISTINCT FROM ($2::text, $3::text)
RETURNING slot_id;
