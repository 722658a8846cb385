-- statement_pull_done: a pull is whole: its sums, and the balances that follow
-- from its lines.  The balance before one line is that after another, but for
-- the first and the last; whatever the order they were told in.
--   $1 int      statement_id
--   $2 boolean  every line has the balance after it
-- returns (lines, new_lines, open_rows, unbooked, unclear, in_minor,
--          out_minor, has_balances, opening_minor, closing_minor)
WITH mine AS (
    SELECT l.minor, l.balance_minor, l.booked_at, l.line_id
      FROM statement_contains c
      JOIN statement_line l USING (line_id)
     WHERE c.statement_id = $1::bigint
), total AS (
    SELECT count(*) AS lines,
           coalesce(sum(minor) FILTER (WHERE minor > 0), 0)::bigint AS came,
           coalesce(-sum(minor) FILTER (WHERE minor < 0), 0)::bigint AS went,
           count(*) FILTER (WHERE balance_minor IS NULL) AS silent
      FROM mine
), ends AS (
    SELECT v, sum(n) AS n
      FROM (SELECT balance_minor - minor AS v, 1 AS n FROM mine
            UNION ALL
            SELECT balance_minor, -1 FROM mine) AS x
     GROUP BY v
    HAVING sum(n) <> 0
), chain AS (
    SELECT CASE WHEN count(*) = 0
                THEN (SELECT balance_minor FROM mine
                       ORDER BY booked_at DESC, line_id LIMIT 1)
                WHEN count(*) = 2 AND max(n) = 1 AND min(n) = -1
                THEN max(v) FILTER (WHERE n = 1) END AS opening,
           CASE WHEN count(*) = 0
                THEN (SELECT balance_minor FROM mine
                       ORDER BY booked_at DESC, line_id LIMIT 1)
                WHEN count(*) = 2 AND max(n) = 1 AND min(n) = -1
                THEN max(v) FILTER (WHERE n = -1) END AS closing
      FROM ends
), known AS (
    SELECT t.lines, t.came, t.went,
           $2::boolean AND t.silent = 0 AND c.opening IS NOT NULL AS balanced,
           c.opening, c.closing
      FROM total t CROSS JOIN chain c
)
UPDATE statement s
   SET state = 'whole', whole_at = now(), lines = k.lines, in_minor = k.came,
       out_minor = k.went,
       balances = CASE WHEN k.balanced THEN 'follow' END,
       opening_minor = CASE WHEN k.balanced THEN k.opening END,
       closing_minor = CASE WHEN k.balanced THEN k.closing END
  FROM known k
 WHERE s.statement_id = $1::bigint
RETURNING s.lines, s.new_lines, s.open_rows, s.unbooked, s.unclear, s.in_minor,
          s.out_minor, k.balanced AS has_balances,
          coalesce(s.opening_minor, 0) AS opening_minor,
          coalesce(s.closing_minor, 0) AS closing_minor;
