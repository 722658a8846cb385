-- drop_folder_add: a folder is watched from now on.
--   $1 text  path        $2 int   account_id   $3 text  maker
--   $4 text  run_kind    $5 bool  done_marker  $6 text  who
-- returns (folder_id); nothing when it is watched already
INSERT INTO drop_folder (path, account_id, maker, run_kind, done_marker, made_by)
VALUES ($1::text, $2::bigint, $3::text, $4::text, $5::boolean, $6::text)
ON CONFLICT DO NOTHING
RETURNING folder_id;
