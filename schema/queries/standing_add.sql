-- standing_add: propose a standing approval of a folder.
--   $1 int   folder_id       $2 int   file_minor    $3 int   payee_minor
--   $4 int   change_percent  $5 text  until         $6 text  why
--   $7 text  who             $8 text  role
-- returns (standing_id)
INSERT INTO standing (folder_id, file_minor, payee_minor, ccy, change_percent, until,
                      why, proposed_by, proposed_role)
SELECT f.folder_id, $2::bigint, $3::bigint, a.ccy, $4::bigint::integer,
       ($5::text)::timestamptz, $6::text, $7::text, $8::text
  FROM drop_folder f
  JOIN funding_account a USING (account_id)
 WHERE f.folder_id = $1::bigint AND f.state = 'active'
RETURNING standing_id;
