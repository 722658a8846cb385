-- file_keep: a part of a payroll file's bytes.
--   $1 bigint  file_id
--   $2 int     part     counts from 1
--   $3 bytea   bytes    at most 1 MiB
INSERT INTO source_bytes (file_id, part, bytes)
VALUES ($1::bigint, $2::bigint::integer, $3::bytea);
