-- canary_note: the batch that was just claimed is the canary of its run, when
-- the account is to be tried out and the run has none yet.
--   $1 int   account_id
--   $2 int   batch_id
--   $3 text  proof       what is tried
--   $4 bool  each_run    whatever was proven before
-- returns (batch_id), or nothing: it is none, or known
INSERT INTO canary (run_id, account_id, proof, batch_id)
SELECT b.run_id, b.account_id, $3::text, b.batch_id
  FROM batch b
 WHERE b.batch_id = $2::bigint AND b.account_id = $1::bigint
   AND ($4::boolean
        OR NOT EXISTS (SELECT 1 FROM canary c
                        WHERE c.account_id = $1::bigint AND c.proof = $3::text
                          AND canary_passed(c)))
    ON CONFLICT DO NOTHING
RETURNING batch_id;
