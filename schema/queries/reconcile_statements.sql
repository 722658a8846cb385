-- reconcile_statements: the statements against themselves: lines that are not
-- as they were taken in, sums that are not those of their lines, balances that
-- do not follow, days nobody tells of.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day
WITH s AS (
    SELECT * FROM statement
     WHERE account_id = ANY ($1::bigint[]) AND state = 'whole'
       AND from_day <= nullif($3::text, '')::date
       AND until_day >= nullif($2::text, '')::date
), inside AS (
    SELECT c.statement_id, count(*) FILTER (WHERE l.part = 0) AS n,
           count(*) FILTER (WHERE l.part > 0) AS parts,
           coalesce(sum(l.minor) FILTER (WHERE l.part = 0 AND l.minor > 0), 0)::bigint AS came,
           coalesce(-sum(l.minor) FILTER (WHERE l.part = 0 AND l.minor < 0), 0)::bigint AS went,
           count(*) FILTER (WHERE l.account_id <> s.account_id OR l.book <> s.book
                               OR l.booked_on NOT BETWEEN s.from_day AND s.until_day) AS odd
      FROM s JOIN statement_contains c USING (statement_id)
      JOIN statement_line l USING (line_id)
     GROUP BY c.statement_id
), odd AS (
    SELECT 'line_changed' AS kind, 'seal' AS what, l.account_id, l.book, l.line_id, l.ccy,
           -l.minor AS ours, -l.minor AS theirs, abs(l.minor) AS price,
           'the line is not as it was taken in' AS words
      FROM statement_line l
     WHERE l.account_id = ANY ($1::bigint[])
       AND l.booked_on BETWEEN nullif($2::text, '')::date AND nullif($3::text, '')::date
       AND l.seal <> line_seal(l)
    UNION ALL
    SELECT 'statement_differs', 'lines of ' || s.statement_id, s.account_id, s.book, NULL, s.ccy,
           s.out_minor - s.in_minor, coalesce(i.went - i.came, 0),
           abs(s.out_minor - coalesce(i.went, 0)) + abs(s.in_minor - coalesce(i.came, 0)),
           'statement ' || s.statement_id || ' had ' || s.lines || ' lines when it was taken in, it has '
               || coalesce(i.n, 0)
      FROM s LEFT JOIN inside i USING (statement_id)
     WHERE s.lines <> coalesce(i.n, 0) OR s.parts <> coalesce(i.parts, 0)
        OR s.in_minor <> coalesce(i.came, 0) OR s.out_minor <> coalesce(i.went, 0)
        OR i.odd > 0
    UNION ALL
    SELECT 'statement_differs', 'balance of ' || s.statement_id, s.account_id, s.book, NULL,
           s.ccy, s.closing_minor, s.opening_minor + coalesce(i.came - i.went, 0),
           abs(s.opening_minor + coalesce(i.came - i.went, 0) - s.closing_minor),
           'statement ' || s.statement_id || ': opening balance and lines do not come to its closing balance'
      FROM s LEFT JOIN inside i USING (statement_id)
     WHERE s.opening_minor + coalesce(i.came - i.went, 0) <> s.closing_minor
    UNION ALL
    SELECT 'statement_differs', 'days of ' || l.statement_id, l.account_id, l.book, NULL,
           l.ccy, 0, coalesce(-sum(l.minor) FILTER (WHERE l.minor < 0), 0)::bigint,
           coalesce(-sum(l.minor) FILTER (WHERE l.minor < 0), 0)::bigint,
           CASE WHEN z.statement_id IS NULL
                THEN 'statement ' || l.statement_id || ' is gone, and lines of it are here'
                ELSE 'statement ' || l.statement_id || ' is of other days than its lines' END
      FROM statement_line l
      LEFT JOIN statement z USING (statement_id)
     WHERE l.account_id = ANY ($1::bigint[]) AND l.part = 0
       AND l.booked_on BETWEEN nullif($2::text, '')::date AND nullif($3::text, '')::date
       AND (z.statement_id IS NULL
            OR (z.state = 'whole' AND l.booked_on NOT BETWEEN z.from_day AND z.until_day))
     GROUP BY l.statement_id, z.statement_id, l.account_id, l.book, l.ccy
    UNION ALL
    SELECT 'statement_gap', 'gap before ' || g.statement_id, g.account_id, g.book, NULL, g.ccy,
           coalesce(g.before_closing, 0), coalesce(g.opening_minor, 0), abs(coalesce(g.minor, 0)),
           'between statement ' || g.before_id || ' and ' || g.statement_id || ': '
               || g.days_missing || ' day(s) nobody tells of, ' || g.covered_until || ' to ' || g.goes_on
      FROM statement_gap g
     WHERE g.account_id = ANY ($1::bigint[])
       AND g.covered_until <= nullif($3::text, '')::date
       AND g.goes_on >= nullif($2::text, '')::date
)
INSERT INTO reconcile_finding (kind, account_id, book, line_id, ours_minor, theirs_minor,
                               minor, ccy, what, detail)
SELECT kind, account_id, book, line_id, ours, theirs, price, ccy, what, words FROM odd;
