-- report_compare_parts: departments and branches of two runs beside each other.
--   $1 bigint  run_id   now
--   $2 bigint  before
--   $3 bigint  rows_max
-- returns (what, name, rows, minor, rows_before, minor_before)
WITH line AS (
    SELECT batch_id / 100000 = $1::bigint AS is_now,
           coalesce(department, '') AS department,
           coalesce(branch, '') AS branch, minor
      FROM instruction
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
        OR batch_id BETWEEN $2::bigint * 100000 AND $2::bigint * 100000 + 99999
), told AS (
    SELECT CASE WHEN grouping(department) = 0 THEN 'department'
                ELSE 'branch' END AS what,
           coalesce(department, branch) AS name,
           count(*) FILTER (WHERE is_now) AS n,
           coalesce(sum(minor) FILTER (WHERE is_now), 0)::bigint AS m,
           count(*) FILTER (WHERE NOT is_now) AS n_before,
           coalesce(sum(minor) FILTER (WHERE NOT is_now), 0)::bigint AS m_before
      FROM line
     GROUP BY GROUPING SETS ((department), (branch))
)
SELECT what, name, n AS rows, m AS minor, n_before AS rows_before,
       m_before AS minor_before
  FROM told
 WHERE name <> ''
 ORDER BY what DESC, abs(m - m_before) DESC, name
 LIMIT $3::bigint;
