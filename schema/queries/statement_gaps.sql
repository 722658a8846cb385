-- statement_gaps: where the statements of an account do not follow on.
--   $1 text  account name; "": of all
-- returns (account, book, ccy, before_id, statement_id, days, covered,
--          goes_on, has_minor, minor)
SELECT a.name AS account, g.book, g.ccy, g.before_id, g.statement_id,
       g.days_missing::bigint AS days, g.covered_until::text AS covered,
       g.goes_on::text AS goes_on, g.minor IS NOT NULL AS has_minor,
       coalesce(g.minor, 0) AS minor
  FROM statement_gap g
  JOIN funding_account a USING (account_id)
 WHERE $1::text = '' OR a.name = $1::text
 ORDER BY a.name, g.book, g.goes_on, g.statement_id;
