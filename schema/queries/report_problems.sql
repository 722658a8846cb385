-- report_problems: what was noticed in the file of a run that was accepted
-- all the same: first the rows held back, then the warnings.
--   $1 bigint  run_id
--   $2 bigint  rows_max
-- returns (held, code, line_no, column_no, other_line, value, detail)
SELECT severity <> 'warning' AS held, code, line_no, column_no, other_line,
       value, detail
  FROM problem
 WHERE run_id = $1::bigint
 ORDER BY severity = 'warning', nr
 LIMIT $2::bigint;
