-- explain_add: what one person says of a run's doubles, or of an errand.
--   $1 int    run_id      0: it is about an errand
--   $2 int    errand_id   0: it is about a run
--   $3 text   says
--   $4 int    upto
--   $5 text   reason
--   $6 text   note
--   $7 text   file_name   NULL: no file
--   $8 bytea  file_body
--   $9 text   who
-- returns (explanation_id), or nothing: there is an open one
INSERT INTO explanation (run_id, errand_id, says, upto, reason, note, file_name,
                         file_sha256, file_body, proposed_by, proposed_role)
SELECT nullif($1::bigint, 0), nullif($2::bigint, 0), $3::text, $4::bigint,
       $5::text, $6::text, $7::text,
       CASE WHEN $7::text IS NOT NULL THEN sha256($8::bytea) END,
       CASE WHEN $7::text IS NOT NULL THEN $8::bytea END, user_name, role
  FROM app_user
 WHERE user_name = $9::text
    ON CONFLICT DO NOTHING
RETURNING explanation_id;
