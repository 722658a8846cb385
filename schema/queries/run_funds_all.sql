-- run_funds_all: when every account of a run was seen to cover its part, the
-- run may go; not while one of them is closed, for then the run cannot be paid
-- whole.  Under the lock of its row.
--   $1 int   run_id
-- returns (run_id), or nothing: one is still to be looked at, or closed
UPDATE run r
   SET funds_at = now()
 WHERE r.run_id = $1::bigint AND r.funds_at IS NULL
   AND EXISTS (SELECT 1 FROM run_account ra WHERE ra.run_id = r.run_id)
   AND NOT EXISTS (SELECT 1
                     FROM run_account ra
                     JOIN funding_account a USING (account_id)
                    WHERE ra.run_id = r.run_id
                      AND (ra.funds_at IS NULL OR a.lane_closed))
RETURNING r.run_id;
