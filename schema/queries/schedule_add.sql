-- schedule_add: a schedule, active from now on.
--   $1 text  name           $2 int   account_id    $3 int   run_id  0: recurring
--   $4 text  run_kind       '': any
--   $5 text  calendar       $6 text  zone          $7 text  working_day
--   $8 int   grace_minutes  $9 text  who           $10 text now     '': the clock's
-- returns (schedule_id); nothing when the name, or the run, has one already
INSERT INTO schedule (name, account_id, run_id, run_kind, calendar, zone,
                      working_day, grace_minutes, state_by, made_by, since, planned_from)
SELECT $1::text, $2::bigint, nullif($3::bigint, 0), $4::text, $5::text, $6::text,
       $7::text, $8::bigint::integer, $9::text, $9::text, t.now, t.now
  FROM (SELECT coalesce(nullif($10::text, '')::timestamptz, clock_timestamp()) AS now) t
ON CONFLICT DO NOTHING
RETURNING schedule_id;
