-- plan_problems: what was noticed in the file of a run, with the payee where
-- the row is in the run: first the rows held back, then the warnings.
--   $1 int  run_id
--   $2 int  rows_max
-- returns (held, code, line_no, value, detail, name, rail)
SELECT p.severity <> 'warning' AS held, p.code, p.line_no, p.value, p.detail,
       coalesce(i.name, '') AS name, coalesce(b.rail, '') AS rail
  FROM problem p
  LEFT JOIN instruction i
    ON i.line_no = p.line_no AND coalesce(i.part, 1) = 1
   AND i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
  LEFT JOIN batch b ON b.batch_id = i.batch_id
 WHERE p.run_id = $1::bigint
 ORDER BY p.severity = 'warning', p.nr
 LIMIT $2::bigint;
