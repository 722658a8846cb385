-- reconcile_tail: the last day a late line is looked for.
--   $1 text  last day     "": none
--   $2 int   late days
-- returns (day)
SELECT coalesce((nullif($1::text, '')::date + $2::bigint::int)::text, '') AS day;
