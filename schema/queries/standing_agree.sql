-- standing_agree: the second person; the table refuses the first.
--   $1 int   standing_id
--   $2 text  who
-- returns (path, file_minor, payee_minor, ccy, change_percent), or nothing when
--   nothing waits
UPDATE standing s
   SET agreed_by = $2::text, agreed_role = 'checker', agreed_at = now()
  FROM drop_folder f
 WHERE s.standing_id = $1::bigint AND f.folder_id = s.folder_id
   AND s.agreed_at IS NULL AND s.ended_at IS NULL AND s.until > now()
RETURNING f.path, s.file_minor, s.payee_minor, s.ccy,
          s.change_percent::bigint AS change_percent;
