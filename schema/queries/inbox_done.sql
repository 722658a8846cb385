-- inbox_done: a callback was looked at, for the first time.
--   $1 int   inbox_id
--   $2 int   batch_id   0: not one of ours
--   $3 text  verdict
-- returns (inbox_id)
UPDATE inbox
   SET done_at = now(), batch_id = nullif($2::bigint, 0), verdict = $3::text
 WHERE inbox_id = $1::bigint AND done_at IS NULL
RETURNING inbox_id;
