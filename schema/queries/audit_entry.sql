-- audit_entry: one entry's hash.
--   $1 bigint  audit_id   0: the newest
-- returns (audit_id, hash), or nothing
SELECT audit_id, encode(hash, 'hex') AS hash
  FROM audit
 WHERE $1::bigint = 0 OR audit_id = $1::bigint
 ORDER BY audit_id DESC
 LIMIT 1;
