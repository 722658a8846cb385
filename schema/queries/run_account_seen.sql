-- run_account_seen: an account covers its part of a run, or cannot be asked.
--   $1 int   run_id
--   $2 int   account_id
--   $3 text  note       what was seen, for a person
-- returns (account_id)
UPDATE run_account
   SET funds_at = now(), funds_note = $3::text
 WHERE run_id = $1::bigint AND account_id = $2::bigint
RETURNING account_id;
