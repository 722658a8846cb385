-- explain_errand_end: two people found out what became of an errand.
--   $1 int   errand_id
--   $2 text  answer       taken or refused
--   $3 text  detail
-- returns (errand_id)
UPDATE errand
   SET answer = $2::text, detail = $3::text,
       answered_at = coalesce(answered_at, clock_timestamp())
 WHERE errand_id = $1::bigint
RETURNING errand_id;
