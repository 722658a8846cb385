-- report_reasons: why payments of some runs were not paid, the most frequent
-- first; what is beyond the $2 most frequent is added up by state.
--   $1 bigint[]  run_ids
--   $2 bigint    groups_max
-- returns (state, code, reason, rest, rows, minor); rest: it is such a sum
WITH told AS (
    SELECT o.state, o.code, o.reason, count(*) AS n, sum(o.minor) AS m
      FROM unnest($1::bigint[]) AS r(run_id)
      JOIN outcome o ON o.batch_id BETWEEN r.run_id * 100000
                                       AND r.run_id * 100000 + 99999
     WHERE o.state <> 'paid'
     GROUP BY o.state, o.code, o.reason
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
