-- pack_explanations: what people found out about doubles of a run.
--   $1 bigint  run_id
-- returns (line); member: the file they showed, in the pack
SELECT row_to_json(x)::text AS line
  FROM (SELECT e.explanation_id AS explanation, e.says, e.reason, e.note,
               e.upto, e.file_name,
               encode(e.file_sha256, 'hex') AS file_sha256,
               CASE WHEN e.file_body IS NOT NULL
                    THEN 'desk/explanation-' || e.explanation_id END AS member,
               e.proposed_by, e.proposed_role, e.proposed_at, e.ended_at,
               e.ended_how, e.ended_by, e.ended_role
          FROM explanation e
         WHERE e.run_id = $1::bigint) x
 ORDER BY x.explanation;
