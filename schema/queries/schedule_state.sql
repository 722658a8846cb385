-- schedule_state: pause, resume or remove a schedule.
--   $1 int   schedule_id    $2 text  to     $3 text  who    $4 text  why
-- returns a row when that changed something
UPDATE schedule
   SET state = $2::text, state_by = $3::text, state_why = $4::text, state_at = now()
 WHERE schedule_id = $1::bigint AND state NOT IN ('removed', $2::text)
RETURNING schedule_id;
