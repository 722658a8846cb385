-- lineage_left_known: is a batch that left in the book?  A beat with the same
-- random number says so.
--   $1 int   beat
--   $2 text  nonce
-- returns (beat), or nothing
SELECT beat
  FROM lineage_beat
 WHERE beat = $1::bigint AND nonce = $2::text;
