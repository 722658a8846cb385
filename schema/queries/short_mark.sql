-- short_mark: an account covers its part of a group, which it has promised then;
-- or why not.
--   $1 int   run_id
--   $2 int   account_id
--   $3 int   group_no
--   $4 bool  covered
--   $5 text  note       for a person; empty: nothing to say
-- returns a row when that is news
UPDATE run_group
   SET funds_at = CASE WHEN $4::boolean THEN now() END, funds_note = $5::text
 WHERE run_id = $1::bigint AND account_id = $2::bigint
   AND group_no = $3::bigint AND funds_at IS NULL
   AND ($4::boolean OR funds_note <> $5::text)
RETURNING group_no;
