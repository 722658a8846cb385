-- schedule_to_plan: schedules whose slots are to be planned, and the clock on
-- their wall.  A working day may be up to 14 days from what the calendar says,
-- so as far back is looked again.
--   $1 text  now    '': the clock's
--   $2 bool  live
-- returns (schedule_id, name, calendar, zone, working_day, from_wall, to_wall)
SELECT p.schedule_id, p.name, p.calendar, p.zone, p.working_day,
       to_char(greatest(p.since, least(p.planned_from, t.now) - interval '15 days')
               AT TIME ZONE p.zone, 'YYYY-MM-DD HH24:MI:SS') AS from_wall,
       to_char((t.now + interval '15 days') AT TIME ZONE p.zone,
               'YYYY-MM-DD HH24:MI:SS') AS to_wall
  FROM schedule p
  JOIN funding_account a USING (account_id)
 CROSS JOIN (SELECT coalesce(nullif($1::text, '')::timestamptz, clock_timestamp())
                    AS now) t
 WHERE p.state <> 'removed' AND a.live = $2::boolean
 ORDER BY p.schedule_id;
