-- backup_note: what a look at the backup found.
--   $1 text    file
--   $2 bigint  bytes
--   $3 bigint  made_s   seconds since 1970; 0: there is none
--   $4 bool    drill
--   $5 bool    good
--   $6 text    said
--   $7 text    by
-- returns (check_id)
INSERT INTO backup_check (file, bytes, made_at, drill, good, said, by)
VALUES ($1::text, $2::bigint, to_timestamp($3::bigint), $4::boolean,
        $5::boolean, $6::text, $7::text)
RETURNING check_id;
