-- slot_plan_skip: times still to come whose day has become a holiday, and whose
-- working day has a slot already: that one pays.
--   $1 int     schedule_id
--   $2 text[]  wanted
--   $3 text[]  nominal
--   $4 text    now        '': the clock's
UPDATE slot s
   SET state = 'skipped', state_at = now(),
       note = 'no working day; the slot of ' || to_char(n.nominal::timestamp, 'YYYY-MM-DD')
              || ' pays instead'
  FROM unnest($2::text[], $3::text[]) AS n(wanted, nominal)
 WHERE s.schedule_id = $1::bigint AND s.state = 'planned'
   AND n.wanted::timestamp = s.wanted AND n.nominal::timestamp <> s.nominal
   AND s.due_at > coalesce(nullif($4::text, '')::timestamptz, clock_timestamp())
   AND EXISTS (SELECT 1 FROM slot o
                WHERE o.schedule_id = s.schedule_id
                  AND o.nominal = n.nominal::timestamp AND o.slot_id <> s.slot_id);
