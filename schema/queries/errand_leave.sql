-- errand_leave: the door.  An errand leaves once, and soon after it was noted:
-- so one that is old and did not leave certainly never will.  None leaves while
-- everything is paused.
--   $1 int   errand_id
--   $2 int   door_ms     how long the door stays open
-- returns (errand_id), or nothing: it must not leave
WITH gate AS (
    SELECT one FROM standstill WHERE NOT paused FOR SHARE
)
UPDATE errand
   SET left_at = clock_timestamp()
  FROM gate
 WHERE errand_id = $1::bigint AND left_at IS NULL AND answered_at IS NULL
   AND made_at > clock_timestamp() - make_interval(secs => $2::bigint / 1000.0)
RETURNING errand_id;
