-- drop_folder_end: a folder is watched no more.
--   $1 int   folder_id
--   $2 text  who
UPDATE drop_folder
   SET state = 'removed', ended_by = $2::text, ended_at = now()
 WHERE folder_id = $1::bigint AND state = 'active'
RETURNING folder_id;
