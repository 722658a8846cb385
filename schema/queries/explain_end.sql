-- explain_end: an explanation is open no more.
--   $1 int   explanation_id
--   $2 text  how     agreed or refused
--   $3 text  who
-- returns (explanation_id), or nothing: it was ended before
UPDATE explanation x
   SET ended_at = now(), ended_how = $2::text, ended_by = u.user_name,
       ended_role = u.role
  FROM app_user u
 WHERE x.explanation_id = $1::bigint AND x.ended_at IS NULL
   AND u.user_name = $3::text
RETURNING x.explanation_id;
