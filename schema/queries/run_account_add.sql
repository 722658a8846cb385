-- run_account_add: an account that pays a new run, and how much of it.
--   $1 int   run_id
--   $2 int   account_id
--   $3 int   rows
--   $4 int   minor
--   $5 int   charge_estimate_minor
-- returns (account_id)
INSERT INTO run_account (run_id, account_id, rows, minor, charge_estimate_minor)
VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint)
RETURNING account_id;
