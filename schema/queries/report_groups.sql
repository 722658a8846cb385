-- report_groups: what became of the payments of some runs, by rail, provider,
-- hour of the day of the answer (Nairobi), department and branch; what is
-- beyond the $2 largest of a kind is added up.
--   $1 bigint[]  run_ids
--   $2 bigint    groups_max
-- returns (what, name, rest, rows, minor, paid_rows, paid_minor, failed_rows,
--   failed_minor, doubt_rows, doubt_minor, open_rows, open_minor,
--   cancelled_rows, cancelled_minor, charge_minor); rest: it is such a sum
WITH line AS (
    SELECT b.rail, a.provider,
           to_char(o.at AT TIME ZONE 'Africa/Nairobi', 'HH24:00') AS hour,
           coalesce(i.department, '') AS department,
           coalesce(i.branch, '') AS branch, i.minor,
           coalesce(o.charge_minor, 0) AS charge_minor,
           CASE WHEN o.state IN ('returned', 'reversed') THEN 'failed'
                WHEN o.state IS NOT NULL THEN o.state::text
                WHEN b.state = 'cancelled' THEN 'cancelled'
                ELSE 'open' END AS state
      FROM unnest($1::bigint[]) AS r(run_id)
      JOIN batch b ON b.run_id = r.run_id
      JOIN funding_account a ON a.account_id = b.account_id
      JOIN instruction i ON i.batch_id = b.batch_id
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
), told AS (
    SELECT CASE WHEN grouping(rail) = 0 THEN 'rail'
                WHEN grouping(provider) = 0 THEN 'provider'
                WHEN grouping(hour) = 0 THEN 'hour'
                WHEN grouping(department) = 0 THEN 'department'
                ELSE 'branch' END AS what,
           coalesce(rail, provider, hour, department, branch) AS name, state,
           count(*) AS n, sum(minor) AS m, sum(charge_minor) AS c
      FROM line
     GROUP BY GROUPING SETS ((rail, state), (provider, state), (hour, state),
                             (department, state), (branch, state))
), summed AS (
    SELECT what, name, sum(n) AS n, sum(m) AS m, sum(c) AS c,
           coalesce(sum(n) FILTER (WHERE state = 'paid'), 0) AS pn,
           coalesce(sum(m) FILTER (WHERE state = 'paid'), 0) AS pm,
           coalesce(sum(n) FILTER (WHERE state = 'failed'), 0) AS fn,
           coalesce(sum(m) FILTER (WHERE state = 'failed'), 0) AS fm,
           coalesce(sum(n) FILTER (WHERE state = 'in_doubt'), 0) AS dn,
           coalesce(sum(m) FILTER (WHERE state = 'in_doubt'), 0) AS dm,
           coalesce(sum(n) FILTER (WHERE state = 'open'), 0) AS un,
           coalesce(sum(m) FILTER (WHERE state = 'open'), 0) AS um,
           coalesce(sum(n) FILTER (WHERE state = 'cancelled'), 0) AS cn,
           coalesce(sum(m) FILTER (WHERE state = 'cancelled'), 0) AS cm
      FROM told
     WHERE name IS NOT NULL
     GROUP BY what, name
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY what ORDER BY m DESC, name)
                  > $2::bigint AS rest
      FROM summed
)
SELECT what, CASE WHEN rest THEN '' ELSE name END AS name, rest,
       sum(n)::bigint AS rows, sum(m)::bigint AS minor,
       sum(pn)::bigint AS paid_rows, sum(pm)::bigint AS paid_minor,
       sum(fn)::bigint AS failed_rows, sum(fm)::bigint AS failed_minor,
       sum(dn)::bigint AS doubt_rows, sum(dm)::bigint AS doubt_minor,
       sum(un)::bigint AS open_rows, sum(um)::bigint AS open_minor,
       sum(cn)::bigint AS cancelled_rows, sum(cm)::bigint AS cancelled_minor,
       sum(c)::bigint AS charge_minor
  FROM ranked
 GROUP BY 1, 2, 3
 ORDER BY what, rest, min(name) FILTER (WHERE what = 'hour'), minor DESC, name;
