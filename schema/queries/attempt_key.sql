-- attempt_key: the key of a request's tokens, set once before it leaves.
--   $1 int    batch_id
--   $2 int    attempt_no
--   $3 bytea  token_key
-- returns (attempt_no)
UPDATE attempt
   SET token_key = $3::bytea
 WHERE batch_id = $1::bigint AND attempt_no = $2::bigint
   AND token_key IS NULL AND left_at IS NULL
RETURNING attempt_no;
