-- slot_plan_add: times that are not planned yet; one that is stays as it is.
--   $1 int     schedule_id
--   $2 text[]  wanted
--   $3 text[]  nominal
--   $4 text    now        '': the clock's; up to it all is planned then
-- returns nothing
WITH added AS (
    INSERT INTO slot (schedule_id, wanted, nominal, due_at, last_at)
    SELECT p.schedule_id, n.wanted::timestamp, n.nominal::timestamp,
           n.nominal::timestamp AT TIME ZONE p.zone,
           (n.nominal::timestamp AT TIME ZONE p.zone)
               + p.grace_minutes * interval '1 minute'
      FROM schedule p, unnest($2::text[], $3::text[]) AS n(wanted, nominal)
     WHERE p.schedule_id = $1::bigint
    ON CONFLICT DO NOTHING
)
UPDATE schedule
   SET planned_from = greatest(planned_from,
           coalesce(nullif($4::text, '')::timestamptz, clock_timestamp()))
 WHERE schedule_id = $1::bigint;
