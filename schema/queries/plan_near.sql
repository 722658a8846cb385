-- plan_near: payments of a run, not split, above an amount that depends on who
-- pays them by which rail.
--   $1 int       run_id
--   $2 text[]    accounts
--   $3 text[]    rails
--   $4 bigint[]  above
--   $5 bigint[]  most
--   $6 int       rows_max
-- returns (line_no, name, rail, minor, most, total) by line
SELECT i.line_no, i.name, b.rail, i.minor, l.most, count(*) OVER () AS total
  FROM instruction i
  JOIN batch b ON b.batch_id = i.batch_id
  JOIN funding_account a ON a.account_id = b.account_id
  JOIN unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
       AS l (account, rail, above, most)
    ON l.account = a.name AND l.rail = b.rail
 WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
   AND i.part IS NULL AND i.minor > l.above AND i.minor <= l.most
 ORDER BY i.line_no
 LIMIT $6::bigint;
