-- pack_desk_bodies: the files that people showed, of both kinds.
--   $1 bigint  run_id
-- returns (name, body)
SELECT 'desk/evidence-' || e.evidence_id AS name, e.file_body AS body
  FROM evidence e
 WHERE e.run_id = $1::bigint AND e.file_body IS NOT NULL
UNION ALL
SELECT 'desk/explanation-' || x.explanation_id, x.file_body
  FROM explanation x
 WHERE x.run_id = $1::bigint AND x.file_body IS NOT NULL
 ORDER BY name;
