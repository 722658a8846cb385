-- standing_note: what the standing approval said of a file.
--   $1 int   drop_id
--   $2 text  note
UPDATE drop_file SET standing = $2::text
 WHERE drop_id = $1::bigint AND standing = '';
