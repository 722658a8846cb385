-- errand_answer: note what came of it; the first answer stands.
--   $1 int    errand_id
--   $2 text   answer       taken, refused, not_now, barred, in_doubt
--   $3 int    http         0: none
--   $4 text   detail
--   $5 text   provider_id
--   $6 bytea  body         NULL: none
-- returns (errand_id)
UPDATE errand
   SET answered_at = clock_timestamp(), answer = $2::text,
       http = nullif($3::bigint, 0), detail = $4::text,
       provider_id = $5::text, body = $6::bytea
 WHERE errand_id = $1::bigint AND answered_at IS NULL
RETURNING errand_id;
