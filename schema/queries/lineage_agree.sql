-- lineage_agree: another person agrees to the last proposal, if what was found
-- is still the same.
--   $1 int    hold_id
--   $2 text   who
--   $3 bytea  digest
-- returns (lift_no), or nothing
UPDATE lineage_lift x
   SET agreed_by = $2::text, agreed_role = 'checker', agreed_at = now()
 WHERE x.hold_id = $1::bigint AND x.agreed_at IS NULL AND x.digest = $3::bytea
   AND x.lift_no = (SELECT max(y.lift_no) FROM lineage_lift y
                     WHERE y.hold_id = $1::bigint)
RETURNING x.lift_no;
