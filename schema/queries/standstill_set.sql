-- standstill_set: pause everything, or go on.  Whoever stands at a door holds
-- the row until it has decided, so this waits for them.
--   $1 bool  paused
--   $2 text  why
--   $3 text  by
-- returns (one), or nothing: it is so already, or a hold is open
UPDATE standstill
   SET paused = $1::boolean, why = $2::text, by = $3::text, at = now()
 WHERE paused <> $1::boolean AND hold_id IS NULL
RETURNING one;
