-- slot_plan_lock: one host plans a schedule at a time.
--   $1 int   schedule_id
-- returns (schedule_id), or nothing when it was removed
SELECT schedule_id FROM schedule
 WHERE schedule_id = $1::bigint AND state <> 'removed'
   FOR NO KEY UPDATE;
