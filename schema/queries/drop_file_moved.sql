-- drop_file_moved: it is out of the folder.
--   $1 int   drop_id
UPDATE drop_file SET moved_at = now()
 WHERE drop_id = $1::bigint AND moved_at IS NULL;
