-- short_add: a new run may be paid in whole groups when money is short.
--   $1 int   run_id
--   $2 text  policy     groups or priority
--   $3 text  group_by   the column
-- returns (run_id)
INSERT INTO run_short (run_id, policy, group_by)
VALUES ($1::bigint, $2::text, $3::text)
RETURNING run_id;
