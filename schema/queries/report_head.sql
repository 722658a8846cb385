-- report_head: what the head of a report says besides the run itself.
--   $1 bigint  run_id
-- returns (provider, wallet, state, state_why, approver, file_sha256,
--   encoding, file_bytes, file_rows, approved_minor, now_us, made_us,
--   uploaded_us, approved_us, state_us), times in microseconds since 1970 UTC;
--   approver, approved_minor, approved_us are NULL when nobody approved
SELECT a.provider, a.wallet_id AS wallet, r.state::text AS state, r.state_why,
       p.approver, encode(f.sha256, 'hex') AS file_sha256, f.encoding,
       f.bytes AS file_bytes, f.rows AS file_rows, p.minor AS approved_minor,
       (extract(epoch FROM now()) * 1000000)::bigint AS now_us,
       (extract(epoch FROM r.created_at) * 1000000)::bigint AS made_us,
       (extract(epoch FROM f.uploaded_at) * 1000000)::bigint AS uploaded_us,
       (extract(epoch FROM p.at) * 1000000)::bigint AS approved_us,
       (extract(epoch FROM r.state_at) * 1000000)::bigint AS state_us
  FROM run r
  JOIN funding_account a USING (account_id)
  JOIN source_file f USING (file_id)
  LEFT JOIN approval p ON p.run_id = r.run_id AND p.level = 1
 WHERE r.run_id = $1::bigint;
