-- pack_problems: what was noticed in a run's file, for its evidence pack.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT p.nr, p.code, p.severity, p.line_no AS line,
               p.column_no AS "column", p.other_line, p.value, p.detail
          FROM problem p
         WHERE p.run_id = $1::bigint) x
 ORDER BY x.nr;
