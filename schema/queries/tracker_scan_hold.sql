-- tracker_scan_hold: go on reading, or stop: how it ended, and when the next
-- may begin.
--   $1 bigint  account_id
--   $2 bigint  hold_ms   0: it has ended
--   $3 bigint  gap_ms    no scan before that, when it has ended
--   $4 bool    missed    it broke off
-- returns (account_id)
UPDATE scan
   SET held_until = now() + $2::bigint * interval '1 millisecond',
       not_before = CASE WHEN $2::bigint > 0 THEN not_before
                    ELSE now() + $3::bigint * interval '1 millisecond' END,
       misses = CASE WHEN $2::bigint > 0 THEN misses
                WHEN $4::boolean THEN misses + 1 ELSE 0 END,
       done_at = CASE WHEN $2::bigint > 0 OR $4::boolean THEN done_at
                 ELSE now() END
 WHERE account_id = $1::bigint
RETURNING account_id;
