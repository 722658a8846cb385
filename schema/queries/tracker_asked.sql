-- tracker_asked: what a batch asked for, to compare with what became of it.
--   $1 bigint  batch_id
-- returns (seq, minor, account) in no given order
SELECT seq, minor, account
  FROM instruction
 WHERE batch_id = $1::bigint;
