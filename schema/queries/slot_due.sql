-- slot_due: slots whose time has come and that nobody took.
--   $1 text  now    '': the clock's
--   $2 bool  live
--   $3 bool  ahead  true: those of the coming 24 hours, too
-- returns (slot_id, schedule_id, name, zone, made_by, active, late, due, state,
--   note, nominal, here_now): here_now is what the clock on its wall shows
SELECT s.slot_id, p.schedule_id, p.name, p.zone, p.made_by,
       p.state = 'active' AS active, t.now > s.last_at AS late,
       t.now >= s.due_at AS due, s.state, s.note,
       to_char(s.nominal, 'YYYY-MM-DD HH24:MI:SS') AS nominal,
       to_char(t.now AT TIME ZONE p.zone, 'YYYY-MM-DD HH24:MI:SS') AS here_now
  FROM slot s
  JOIN schedule p USING (schedule_id)
  JOIN funding_account a USING (account_id)
 CROSS JOIN (SELECT coalesce(nullif($1::text, '')::timestamptz, clock_timestamp())
                    AS now) t
 WHERE s.state IN ('planned', 'held') AND p.state <> 'removed'
   AND a.live = $2::boolean
   AND s.due_at <= t.now + CASE WHEN $3::boolean THEN interval '24 hours'
                                ELSE interval '0' END
 ORDER BY s.due_at, s.slot_id;
