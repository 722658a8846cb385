-- ceiling_of_run: the first ceiling that paying a run would pass, on its day and
-- with all else that is approved for it.
--   $1 int  run_id
-- returns (ceiling_id, account, live, ccy, what, minor, reaches); account '': all
--   together; nothing when it passes none
SELECT c.ceiling_id, coalesce(a.name, '') AS account, c.live,
       c.ccy::text AS ccy, c.what, c.minor, o.reaches
  FROM run_over($1::bigint) o
  JOIN ceiling c USING (ceiling_id)
  LEFT JOIN funding_account a ON a.account_id = c.account_id
 ORDER BY c.what = 'day', c.what = 'run', c.account_id NULLS FIRST
 LIMIT 1;
