-- statement_same_file: was a file of these bytes taken in for this account?
--   $1 int    account_id
--   $2 bytea  SHA-256
-- returns (statement_id, imported_by, imported_us) of its first statement
SELECT statement_id, imported_by,
       (extract(epoch FROM imported_at) * 1000000)::bigint AS imported_us
  FROM statement
 WHERE account_id = $1::bigint AND file_sha256 = $2::bytea
 ORDER BY number
 LIMIT 1;
