-- slot_plan_move: what nobody took is counted again: another working day, as
-- long as it is to come, and today's rules of the time zone.
--   $1 int     schedule_id
--   $2 text[]  wanted
--   $3 text[]  nominal
--   $4 text    now        '': the clock's
UPDATE slot s
   SET nominal = f.nominal, due_at = f.nominal AT TIME ZONE p.zone,
       last_at = greatest((f.nominal AT TIME ZONE p.zone)
                              + p.grace_minutes * interval '1 minute',
                          CASE WHEN s.decision IS NOT NULL THEN s.last_at END)
  FROM schedule p,
       (SELECT x.slot_id,
               CASE WHEN x.due_at > coalesce(nullif($4::text, '')::timestamptz,
                                             clock_timestamp())
                    THEN coalesce(n.nominal::timestamp, x.nominal)
                    ELSE x.nominal END AS nominal
          FROM slot x
          LEFT JOIN unnest($2::text[], $3::text[]) AS n(wanted, nominal)
                 ON n.wanted::timestamp = x.wanted
         WHERE x.schedule_id = $1::bigint AND x.state = 'planned') f
 WHERE s.schedule_id = $1::bigint AND p.schedule_id = s.schedule_id
   AND f.slot_id = s.slot_id AND s.state = 'planned'
   AND (f.nominal <> s.nominal OR s.due_at <> f.nominal AT TIME ZONE p.zone)
   AND NOT EXISTS (SELECT 1 FROM slot o
                    WHERE o.schedule_id = s.schedule_id
                      AND o.nominal = f.nominal AND o.slot_id <> s.slot_id);
