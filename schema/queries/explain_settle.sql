-- explain_settle: a run whose doubles are all explained, and that nothing else
-- contradicts, may be closed again.
--   $1 int  run_id
-- returns (run_id), or nothing when it stays as it is
UPDATE run r
   SET recount_at = NULL
 WHERE r.run_id = $1::bigint AND r.recount_at = 'infinity'
   AND NOT EXISTS (SELECT 1 FROM contradiction c
                    WHERE c.batch_id / 100000 = r.run_id
                      AND c.evidence_id IS NULL)
   AND NOT EXISTS (SELECT 1 FROM unexplained d WHERE d.run_id = r.run_id)
RETURNING r.run_id;
