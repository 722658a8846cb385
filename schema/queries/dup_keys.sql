-- dup_keys: what tells the payments of a run apart from those of another file,
-- batch by batch: of each eight bytes of its amount, then its account, with a
-- zero byte between two.
--   $1 int   run_id
-- returns (keys)
SELECT string_agg(int8send(minor) || textsend(account), '\x00'::bytea) AS keys
  FROM instruction
 WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
 GROUP BY batch_id;
