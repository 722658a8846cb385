-- reconcile_period: an account's days: those that were asked for, or the last 30.
--   $1 text  first day, or NULL
--   $2 text  last day, or NULL
-- returns (from_day, until_day), or nothing: the first is the later one
SELECT d.f::text AS from_day, d.u::text AS until_day
  FROM (SELECT coalesce($1::text::date, coalesce($2::text::date, today_nairobi()) - 30) AS f,
               coalesce($2::text::date, today_nairobi()) AS u) d
 WHERE d.f <= d.u
   AND coalesce($1::text, '2000-01-01') ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
   AND coalesce($2::text, '2000-01-01') ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
