-- dispatch_line: where in its file a payment stands.
--   $1 bigint  batch_id
--   $2 bigint  seq
-- returns (line_no)
SELECT line_no FROM instruction WHERE batch_id = $1::bigint AND seq = $2::bigint;
