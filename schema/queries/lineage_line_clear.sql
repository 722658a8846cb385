-- lineage_line_clear: an account is listed anew.
--   $1 int  hold_id
--   $2 int  account_id
-- returns (nr)
DELETE FROM lineage_line
 WHERE hold_id = $1::bigint AND account_id = $2::bigint
RETURNING nr;
