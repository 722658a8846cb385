-- lineage_left_told: is a batch that left in the book, or was it brought from a
-- journal in an earlier hold?
--   $1 int   beat
--   $2 text  nonce
-- returns (beat), or nothing
SELECT beat FROM lineage_beat WHERE beat = $1::bigint AND nonce = $2::text
 UNION
SELECT beat FROM lineage_left WHERE beat = $1::bigint AND nonce = $2::text;
