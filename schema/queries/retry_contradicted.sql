-- retry_contradicted: the next retry under way that pays again what is now said
-- to have been paid.
--   $1 bigint  batch_id   whose payments were contradicted
-- returns (run_id, ref), or nothing
SELECT DISTINCT r.run_id, r.ref
  FROM contradiction c
  JOIN retried t USING (batch_id, seq)
  JOIN run r USING (run_id)
 WHERE c.batch_id = $1::bigint AND c.evidence_id IS NULL AND t.living
   AND r.state = 'paying'
 LIMIT 1;
