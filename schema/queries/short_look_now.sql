-- short_look_now: a worker that begins looks at once for money that runs wait
-- for, whenever others looked last.
--   $1 bigint[]  account_ids
-- returns (run_id) of each
UPDATE run_account
   SET look_at = NULL
 WHERE account_id = ANY ($1::bigint[]) AND look_at IS NOT NULL
RETURNING run_id;
