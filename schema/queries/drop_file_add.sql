-- drop_file_add: what became of a file.
--   $1 int    folder_id    $2 text  name        $3 bytea  sha256
--   $4 int    bytes        $5 text  state       $6 int    run_id    0: none
--   $7 int    problems     $8 text  note        $9 text   taken_by
-- returns (drop_id)
INSERT INTO drop_file (folder_id, name, sha256, bytes, state, run_id, problems, note, taken_by)
VALUES ($1::bigint, $2::text, $3::bytea, $4::bigint, $5::text, nullif($6::bigint, 0),
        $7::bigint::integer, $8::text, $9::text)
RETURNING drop_id;
