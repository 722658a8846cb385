-- pack_evidence: what people said of payments in doubt, and who agreed.
--   $1 bigint  run_id
-- returns (line); member: the file they showed, in the pack
SELECT row_to_json(x)::text AS line
  FROM (SELECT e.evidence_id AS evidence, e.batch_id, e.seq, e.was, e.says,
               e.receipt, e.reason, e.note, e.file_name,
               encode(e.file_sha256, 'hex') AS file_sha256,
               CASE WHEN e.file_body IS NOT NULL
                    THEN 'desk/evidence-' || e.evidence_id END AS member,
               e.proposed_by, e.proposed_role, e.proposed_at, e.ended_at,
               e.ended_how, g.agreed_by, g.agreed_role, g.at AS agreed_at
          FROM evidence e
          LEFT JOIN agreement g USING (evidence_id)
         WHERE e.run_id = $1::bigint) x
 ORDER BY x.evidence;
