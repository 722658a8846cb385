-- run_funds: note that the wallet covers the whole run, or forget it.
--   $1 int   run_id
--   $2 bool  seen
-- returns (run_id)
UPDATE run
   SET funds_at = CASE WHEN $2::boolean THEN now() END
 WHERE run_id = $1::bigint
RETURNING run_id;
