-- lineage_agreed: the open hold, if lifting it was agreed to.
-- returns (hold_id), or nothing
SELECT h.hold_id
  FROM lineage_hold h
  JOIN lineage_lift x USING (hold_id)
 WHERE h.lifted_at IS NULL AND x.agreed_at IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM lineage_lift y
                    WHERE y.hold_id = h.hold_id AND y.lift_no > x.lift_no)
   AND NOT EXISTS (SELECT 1 FROM lineage_silent(h.hold_id))
   AND NOT EXISTS (SELECT 1 FROM lineage_list g
                    WHERE g.hold_id = h.hold_id AND g.done_at IS NULL
                      AND NOT g.cannot);
