-- file_add: a payroll file that becomes a run.
--   $1 text   name
--   $2 bytea  sha256
--   $3 int    bytes
--   $4 text   encoding
--   $5 text   header       a JSON array
--   $6 int    rows
--   $7 int    good_rows
--   $8 bytea  rows_digest
--   $9 text   uploaded_by
-- returns (file_id)
INSERT INTO source_file (name, sha256, bytes, encoding, header, rows,
                         good_rows, rows_digest, uploaded_by)
VALUES ($1::text, $2::bytea, $3::bigint, $4::text, $5::text, $6::bigint,
        $7::bigint, $8::bytea, $9::text)
RETURNING file_id;
