-- pack_file: the bytes of the payroll file a run came from.
--   $1 bigint  run_id
-- returns (body) in order; nothing for a file uploaded before they were kept
SELECT s.bytes AS body
  FROM run r
  JOIN source_bytes s USING (file_id)
 WHERE r.run_id = $1::bigint
 ORDER BY s.part;
