-- morning_waits: what waits for a person, and for whom.
--   $1 bigint  most
-- returns (who, what, todo, since_us), the oldest first
SELECT who, what, todo, (extract(epoch FROM since) * 1000000)::bigint AS since_us
  FROM (
    SELECT r.made_by AS who, 'run ' || r.ref || ' is a draft' AS what,
           'payrun submit ' || r.ref AS todo, r.created_at AS since
      FROM run r WHERE r.state = 'draft'
    UNION ALL
    SELECT 'a checker', 'run ' || r.ref || ' waits to be approved',
           'payrun show ' || r.ref, r.state_at
      FROM run r WHERE r.state = 'submitted'
    UNION ALL
    SELECT 'a maker', 'run ' || r.ref || ' is approved and was not sent',
           'payrun send ' || r.ref, r.state_at
      FROM run r
     WHERE r.state = 'approved'
       AND (r.pay_date IS NULL OR r.pay_date <= today_nairobi())
    UNION ALL
    SELECT 'a maker', 'run ' || r.ref || ' is paused: ' || left(r.state_why, 160),
           'payrun status ' || r.ref, r.state_at
      FROM run r WHERE r.state = 'paused'
    UNION ALL
    SELECT 'an admin', 'nothing is sent from account ' || a.name || ': '
               || left(a.lane_why, 160), 'mend that, then payrun resume RUN',
           a.lane_at
      FROM funding_account a WHERE a.lane_closed
    UNION ALL
    SELECT 'a maker', 'everything is paused: ' || left(s.why, 160),
           CASE WHEN s.hold_id IS NULL THEN 'payrun resume --all'
                ELSE 'payrun lineage' END, s.at
      FROM standstill s WHERE s.paused
    UNION ALL
    SELECT 'a checker other than ' || v.proposed_by,
           'evidence about a payment of ' || r.ref, 'payrun resolve ' || r.ref,
           v.proposed_at
      FROM evidence v JOIN run r USING (run_id) WHERE v.ended_at IS NULL
    UNION ALL
    SELECT 'a checker other than ' || x.proposed_by, 'an explanation',
           'payrun explain', x.proposed_at
      FROM explanation x WHERE x.ended_at IS NULL
    UNION ALL
    SELECT 'a second admin or checker', 'a ceiling proposed by ' || c.proposed_by,
           'payrun limits', c.proposed_at
      FROM ceiling c WHERE c.state = 'proposed'
    UNION ALL
    SELECT 'a maker', 'schedule ' || s.name || ' missed '
               || to_char(t.nominal, 'DD Mon HH24:MI'),
           'payrun schedule decide ' || t.slot_id || ' --run or --skip',
           t.state_at
      FROM slot t JOIN schedule s USING (schedule_id) WHERE t.state = 'asks'
    UNION ALL
    SELECT coalesce(b.owner, 'nobody yet'),
           count(DISTINCT b.break_id) || ' open difference' || CASE WHEN count(DISTINCT b.break_id) = 1 THEN '' ELSE 's' END
               || ' with the statements', 'payrun breaks', min(h.at)
      FROM break b
      LEFT JOIN break_history h ON h.break_id = b.break_id
     WHERE b.state IN ('open', 'assigned')
     GROUP BY b.owner
    UNION ALL
    SELECT 'an admin', 'an event that no channel took: ' || o.title,
           'payrun events resend ' || o.outbox_id, o.at
      FROM outbox o
     WHERE EXISTS (SELECT 1 FROM delivery d
                    WHERE d.outbox_id = o.outbox_id AND d.next_at IS NULL
                      AND d.delivered_at IS NULL)
  ) w
 ORDER BY since, what
 LIMIT $1::bigint;
