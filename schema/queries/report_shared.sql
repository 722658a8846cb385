-- report_shared: accounts to which several people of one run are paid, the
-- largest first.
--   $1 bigint[]  run_ids
--   $2 bigint    rows_max
-- returns (account, people, names, rows, minor); names: the first few
WITH line AS (
    SELECT i.batch_id / 100000 AS run_id,
           concat_ws('/', i.account, nullif(i.bank_code, ''),
                     nullif(i.account_reference, '')) AS account,
           coalesce(nullif(i.employee_no, ''), lower(i.name)) AS who, i.name,
           i.minor
      FROM unnest($1::bigint[]) AS r(run_id)
      JOIN instruction i ON i.batch_id BETWEEN r.run_id * 100000
                                           AND r.run_id * 100000 + 99999
), shared AS (
    SELECT run_id, account, count(DISTINCT who) AS people,
           array_agg(DISTINCT name) AS names, count(*) AS n, sum(minor) AS m
      FROM line
     GROUP BY run_id, account
    HAVING count(DISTINCT who) > 1
)
SELECT account, people,
       array_to_string(names[1:5], ', ')
           || CASE WHEN cardinality(names) > 5 THEN ' ...' ELSE '' END
           AS names, n AS rows, m::bigint AS minor
  FROM shared
 ORDER BY people DESC, m DESC, account
 LIMIT $2::bigint;
