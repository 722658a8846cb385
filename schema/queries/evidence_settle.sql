-- evidence_settle: two people agreed: what contradicts this payment is ended by
-- it; and a run whose last contradiction that was may be closed again, unless
-- something graver was told of it.
--   $1 bigint  evidence_id
-- returns (run_id), or nothing when the run stays as it is
WITH said AS (
    SELECT evidence_id, run_id, batch_id, seq FROM evidence
     WHERE evidence_id = $1::bigint
), ended AS (
    UPDATE contradiction c
       SET evidence_id = said.evidence_id
      FROM said
     WHERE c.batch_id = said.batch_id AND c.seq = said.seq
       AND c.evidence_id IS NULL
)
UPDATE run r
   SET recount_at = NULL
  FROM said
 WHERE r.run_id = said.run_id AND r.recount_at = 'infinity'
   AND NOT EXISTS (SELECT 1 FROM contradiction c
                    WHERE c.batch_id / 100000 = r.run_id
                      AND c.evidence_id IS NULL
                      AND (c.batch_id, c.seq) <> (said.batch_id, said.seq))
   AND NOT EXISTS (SELECT 1 FROM unexplained d WHERE d.run_id = r.run_id)
RETURNING r.run_id;
