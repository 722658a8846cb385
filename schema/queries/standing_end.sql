-- standing_end: it holds no more.
--   $1 int   standing_id
--   $2 text  who
UPDATE standing
   SET ended_by = $2::text, ended_at = now()
 WHERE standing_id = $1::bigint AND ended_at IS NULL
RETURNING standing_id;
