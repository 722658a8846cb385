-- short_group_add: what an account pays of a group of a new run.
--   $1 int   run_id
--   $2 int   group_no
--   $3 int   account_id
--   $4 text  name
--   $5 int   rows
--   $6 int   minor
-- returns (group_no)
INSERT INTO run_group (run_id, group_no, account_id, name, rows, minor)
VALUES ($1::bigint, $2::bigint, $3::bigint, $4::text, $5::bigint, $6::bigint)
RETURNING group_no;
