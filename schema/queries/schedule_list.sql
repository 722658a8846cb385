-- schedule_list: schedules that were not removed, with what came last and comes
-- next.
--   $1 text  name   '': all
-- returns (schedule_id, name, account, account_id, live, run_ref, run_kind,
--   calendar, zone, working_day, grace_minutes, state, state_why, made_by,
--   next_at, last_at, last_state, asks): times on the schedule's wall; '': none
SELECT p.schedule_id, p.name, a.name AS account, p.account_id, a.live,
       coalesce(r.ref, '') AS run_ref, p.run_kind, p.calendar, p.zone,
       p.working_day, p.grace_minutes::bigint AS grace_minutes, p.state,
       p.state_why, p.made_by,
       coalesce(to_char(n.nominal, 'YYYY-MM-DD HH24:MI:SS'), '') AS next_at,
       coalesce(to_char(l.nominal, 'YYYY-MM-DD HH24:MI:SS'), '') AS last_at,
       coalesce(l.state, '') AS last_state,
       (SELECT count(*) FROM slot s
         WHERE s.schedule_id = p.schedule_id AND s.state = 'asks') AS asks
  FROM schedule p
  JOIN funding_account a USING (account_id)
  LEFT JOIN run r ON r.run_id = p.run_id
  LEFT JOIN LATERAL (SELECT s.nominal FROM slot s
                      WHERE s.schedule_id = p.schedule_id
                        AND s.state IN ('planned', 'held')
                      ORDER BY s.due_at LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT s.nominal, s.state FROM slot s
                      WHERE s.schedule_id = p.schedule_id
                        AND s.state NOT IN ('planned', 'held')
                      ORDER BY s.due_at DESC LIMIT 1) l ON true
 WHERE p.state <> 'removed' AND ($1::text = '' OR p.name = $1::text)
 ORDER BY p.name;
