-- slot_decide: a person's word on a slot that was missed, or is held.
--   $1 int   slot_id
--   $2 bool  run      true: release what is due all the same; false: skip it
--   $3 text  who
--   $4 text  because
--   $5 text  now      '': the clock's
-- returns (name, nominal), or nothing when it does not wait for anybody
UPDATE slot s
   SET state = CASE WHEN $2::boolean THEN 'planned' ELSE 'skipped' END,
       decision = CASE WHEN $2::boolean THEN 'run' ELSE 'skip' END,
       decided_by = $3::text, decided_at = now(), because = $4::text,
       note = $4::text, state_at = now(),
       last_at = greatest(s.last_at,
                          coalesce(nullif($5::text, '')::timestamptz,
                                   clock_timestamp())
                          + greatest(p.grace_minutes, 60) * interval '1 minute')
  FROM schedule p
 WHERE s.slot_id = $1::bigint AND p.schedule_id = s.schedule_id
   AND s.state IN ('asks', 'held')
RETURNING p.name, to_char(s.nominal, 'YYYY-MM-DD HH24:MI:SS') AS nominal;
