-- lineage_propose: somebody proposes to lift a hold.
--   $1 int    hold_id
--   $2 text   who
--   $3 text   role
--   $4 text   reason
--   $5 text   found
--   $6 bytea  digest
-- returns (lift_no)
INSERT INTO lineage_lift (hold_id, lift_no, proposed_by, proposed_role, reason,
                          found, digest)
SELECT h.hold_id,
       coalesce((SELECT max(x.lift_no) FROM lineage_lift x
                  WHERE x.hold_id = h.hold_id), 0) + 1,
       $2::text, $3::text, $4::text, $5::text, $6::bytea
  FROM lineage_hold h
 WHERE h.hold_id = $1::bigint AND h.lifted_at IS NULL
RETURNING lift_no;
