-- pack_approvals: who approved a run, when, and exactly what.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT p.level, p.made_by, p.approver, p.approver_role AS role,
               p.at, encode(p.digest, 'hex') AS digest, p.minor
          FROM approval p
         WHERE p.run_id = $1::bigint) x
 ORDER BY x.level;
