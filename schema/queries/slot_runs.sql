-- slot_runs: the runs a slot would release: of its schedule, and their day has
-- come by the clock on its wall.
--   $1 int   slot_id
--   $2 text  here_now   what that clock shows
--   $3 bool  approved   true: those that are approved; false: those that still
--                       wait for that
-- returns (run_id, ref, rails): rails between blanks
SELECT r.run_id, r.ref,
       coalesce((SELECT string_agg(DISTINCT b.rail, ' ') FROM batch b
                  WHERE b.run_id = r.run_id), '') AS rails
  FROM slot s
  JOIN schedule p USING (schedule_id)
  JOIN run r ON r.account_id = p.account_id
 WHERE s.slot_id = $1::bigint
   AND (p.run_id IS NULL OR p.run_id = r.run_id)
   AND p.run_kind IN ('', r.kind)
   AND r.state = ANY (CASE WHEN $3::boolean THEN '{approved}'::run_state[]
                           ELSE '{draft,submitted}'::run_state[] END)
   AND (r.pay_date IS NULL OR r.pay_date <= ($2::text::timestamp)::date)
   AND (p.run_id IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM schedule o
                        WHERE o.run_id = r.run_id AND o.state <> 'removed'))
 ORDER BY r.run_id
 LIMIT 100;
