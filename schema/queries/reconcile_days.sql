-- reconcile_days: of a run: the days on which something of it left, as long as
-- it is watched, and the accounts that pay it.  A day before, because clocks
-- differ.
--   $1 int  run_id
--   $2 int  watch_days
-- returns (from_day, until_day, account_id), one row an account; NULL when
--   nothing left
WITH mine AS (
    SELECT b.account_id,
           (SELECT min(coalesce(t.left_at, t.answered_at)) FROM attempt t
             WHERE t.batch_id = b.batch_id AND t.step IN ('approve', 'send')
               AND (t.left_at IS NOT NULL OR t.event_no IS NOT NULL)) AS at
      FROM batch b
     WHERE b.run_id = $1::bigint
), days AS (
    SELECT (min(at) AT TIME ZONE 'Africa/Nairobi')::date - 1 AS f,
           (max(at) AT TIME ZONE 'Africa/Nairobi')::date + $2::bigint::int AS u
      FROM mine
)
SELECT DISTINCT d.f::text AS from_day, d.u::text AS until_day, m.account_id
  FROM mine m CROSS JOIN days d;
