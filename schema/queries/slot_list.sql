-- slot_list: the slots of a schedule around now, newest first.
--   $1 int   schedule_id   0: those of all schedules that wait for a person
--   $2 int   most
-- returns (slot_id, name, nominal, state, note, decided_by, runs): runs
--   between blanks, with what became of each
SELECT s.slot_id, p.name, to_char(s.nominal, 'YYYY-MM-DD HH24:MI:SS') AS nominal,
       s.state, s.note, coalesce(s.decided_by, '') AS decided_by,
       coalesce((SELECT string_agg(r.ref || ' ' || r.state, ', ' ORDER BY r.run_id)
                   FROM slot_run x JOIN run r USING (run_id)
                  WHERE x.slot_id = s.slot_id), '') AS runs
  FROM slot s
  JOIN schedule p USING (schedule_id)
 WHERE CASE WHEN $1::bigint = 0 THEN s.state IN ('asks', 'held') AND p.state <> 'removed'
            ELSE s.schedule_id = $1::bigint
                 AND s.slot_id IN (
                     (SELECT slot_id FROM slot WHERE schedule_id = $1::bigint
                         AND state IN ('planned', 'held')
                       ORDER BY due_at LIMIT 5)
                     UNION ALL
                     (SELECT slot_id FROM slot WHERE schedule_id = $1::bigint
                         AND state NOT IN ('planned', 'held')
                       ORDER BY due_at DESC LIMIT $2::bigint))
       END
 ORDER BY s.due_at DESC;
