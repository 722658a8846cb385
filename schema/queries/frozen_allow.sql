-- frozen_allow: a checker lets a run go on although payees of it are in doubt
-- elsewhere, as far as is known now.
--   $1 int   run_id
--   $2 text  who
--   $3 text  why
-- returns (run_id), or nothing: there is no such run
INSERT INTO thaw (run_id, made_by, by, why)
SELECT run_id, made_by, $2::text, $3::text
  FROM run
 WHERE run_id = $1::bigint
RETURNING run_id;
