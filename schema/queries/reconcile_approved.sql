-- reconcile_approved: a run that somebody approved.
--   $1 int  run_id
-- returns (minor, account_id), or nothing
SELECT r.minor, r.account_id
  FROM run r
  JOIN approval p ON p.run_id = r.run_id AND p.level = 1
 WHERE r.run_id = $1::bigint;
