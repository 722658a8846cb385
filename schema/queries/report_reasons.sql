-- report_reasons: why payments of a run were not paid, the most frequent
-- first; what is beyond the $2 most frequent is added up by state.
--   $1 bigint  run_id
--   $2 bigint  groups_max
-- returns (state, code, reason, rest, rows, minor); rest: it is such a sum
WITH told AS (
    SELECT state, code, reason, count(*) AS n, sum(minor) AS m
      FROM outcome
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND state <> 'paid'
     GROUP BY state, code, reason
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY n DESC, state, code, reason)
                  > $2::bigint AS rest
      FROM told
)
SELECT state::text AS state, CASE WHEN rest THEN '' ELSE code END AS code,
       CASE WHEN rest THEN '' ELSE reason END AS reason, rest,
       sum(n)::bigint AS rows, sum(m)::bigint AS minor
  FROM ranked
 GROUP BY 1, 2, 3, 4
 ORDER BY rest, rows DESC, 1, 2, 3;
