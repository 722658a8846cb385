-- retry_stopped: may what a retry pays again have been paid?
--   $1 bigint  run_id
-- returns (stopped)
SELECT retry_stopped($1::bigint) AS stopped;
