-- reconcile_balance: opening + in - paid - charges + returned = closing, for
-- each book of the accounts; and what left by it against what left by ours.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day
-- returns (account, book, ccy, from_day, until_day, has_balances,
--   opening_minor, in_minor, paid_minor, charge_minor, returned_minor,
--   closing_minor, difference_minor, ours_minor, off_minor, explained_minor,
--   tolerated_minor, tolerated)
WITH s AS (
    SELECT account_id, book, ccy, min(from_day) AS from_day, max(until_day) AS until_day
      FROM statement
     WHERE account_id = ANY ($1::bigint[]) AND state = 'whole'
       AND from_day <= nullif($3::text, '')::date
       AND until_day >= nullif($2::text, '')::date
     GROUP BY account_id, book, ccy
), days AS (
    SELECT account_id, book, ccy,
           greatest(from_day, nullif($2::text, '')::date) AS from_day,
           least(until_day, nullif($3::text, '')::date) AS until_day
      FROM s
), moved AS (
    SELECT d.account_id, d.book, d.ccy,
           coalesce(sum(l.in_minor) FILTER (WHERE l.kind NOT IN ('reversal', 'returned', 'charge')), 0)::bigint AS came,
           coalesce(sum(l.out_minor) FILTER (WHERE l.kind <> 'charge'), 0)::bigint AS paid,
           coalesce(sum(l.out_minor - l.in_minor) FILTER (WHERE l.kind = 'charge'), 0)::bigint AS charges,
           coalesce(sum(l.in_minor) FILTER (WHERE l.kind IN ('reversal', 'returned')), 0)::bigint AS back,
           coalesce(sum(l.in_minor - l.out_minor), 0)::bigint AS net
      FROM days d
      LEFT JOIN reconcile_day l ON l.account_id = d.account_id AND l.book = d.book
                               AND l.ccy = d.ccy AND NOT l.part
                               AND l.booked_on BETWEEN d.from_day AND d.until_day
     GROUP BY d.account_id, d.book, d.ccy
), opening AS (                 -- of the first statement; days before it taken off
    SELECT DISTINCT ON (d.account_id, d.book, d.ccy) d.account_id, d.book, d.ccy,
           x.opening_minor + coalesce((
               SELECT sum(l.minor) FROM statement_line l
                WHERE l.account_id = d.account_id AND l.book = d.book AND l.ccy = d.ccy
                  AND l.part = 0 AND l.booked_on >= x.from_day
                  AND l.booked_on < d.from_day), 0)::bigint AS minor
      FROM days d
      JOIN statement x ON x.account_id = d.account_id AND x.book = d.book AND x.ccy = d.ccy
                      AND x.state = 'whole' AND x.from_day <= d.from_day
                      AND x.until_day >= d.from_day
     WHERE x.opening_minor IS NOT NULL
       AND NOT statement_passed(x.statement_id, d.from_day)
     ORDER BY d.account_id, d.book, d.ccy, x.statement_id DESC
), closing AS (                 -- of the last; days behind the period taken off
    SELECT DISTINCT ON (d.account_id, d.book, d.ccy) d.account_id, d.book, d.ccy,
           x.closing_minor - coalesce((
               SELECT sum(l.minor) FROM statement_line l
                WHERE l.account_id = d.account_id AND l.book = d.book AND l.ccy = d.ccy
                  AND l.part = 0 AND l.booked_on > d.until_day
                  AND l.booked_on <= x.until_day), 0)::bigint AS minor
      FROM days d
      JOIN statement x ON x.account_id = d.account_id AND x.book = d.book AND x.ccy = d.ccy
                      AND x.state = 'whole' AND x.from_day <= d.until_day
                      AND x.until_day >= d.until_day
     WHERE x.closing_minor IS NOT NULL
       AND NOT statement_passed(x.statement_id, x.until_day)
     ORDER BY d.account_id, d.book, d.ccy, x.statement_id DESC
), back AS (
    SELECT o.batch_id, o.seq, o.minor
      FROM outcome o
      JOIN (SELECT DISTINCT batch_id, seq FROM reconcile_hit WHERE role = 'back') h
           USING (batch_id, seq)
     WHERE o.state IN ('returned', 'reversed')
       AND o.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch)
                          AND (SELECT max(batch_id) FROM reconcile_batch)
), charged AS (
    SELECT account_id, book FROM reconcile_hit WHERE role = 'charge'
    UNION
    SELECT b.account_id, t.book FROM reconcile_tie t JOIN reconcile_batch b USING (batch_id)
     WHERE t.good AND t.charge_n > 0
), told_of AS (                 -- batches, and the books that tell of them
    SELECT batch_id, book FROM reconcile_hit
    UNION
    SELECT batch_id, book FROM reconcile_tie WHERE good AND line_n > 0
    UNION
    SELECT b.batch_id, s.book
      FROM reconcile_batch b
      JOIN statement s ON s.account_id = b.account_id AND s.state = 'whole'
                      AND b.left_on BETWEEN s.from_day AND s.until_day
                      AND (s.source <> 'pull' OR s.imported_at > b.left_at)
), owned AS (                   -- lines of others of ours, and what is known to be back
    SELECT DISTINCT h.line_id
      FROM reconcile_hit h
      JOIN reconcile_batch b USING (batch_id)
      LEFT JOIN back o ON o.batch_id = h.batch_id AND o.seq = h.seq
     WHERE NOT b.mine OR (h.role = 'back' AND o.minor = h.minor)
), ours AS (                    -- by our book, what this book should show
    SELECT b.account_id, k.book,
           coalesce(sum(c.minor + CASE WHEN g.book IS NOT NULL THEN c.c_charge ELSE 0 END), 0)::bigint AS minor
      FROM reconcile_batch b
      JOIN (SELECT DISTINCT account_id, book FROM days) k USING (account_id)
      JOIN reconcile_tie c ON c.batch_id = b.batch_id AND c.counts AND c.fate = 'paid'
      LEFT JOIN charged g ON g.account_id = b.account_id AND g.book = k.book
     WHERE b.mine AND (k.book <> 'bank' OR EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.account_id = b.account_id AND h.book = k.book))
       AND (b.batch_id, k.book) IN (SELECT batch_id, book FROM told_of)
     GROUP BY b.account_id, k.book
), known AS (                   -- lines of others of ours, errands, what is known to be back
    SELECT account_id, book, sum(minor)::bigint AS minor
      FROM (SELECT l.account_id, l.book, -l.minor AS minor
              FROM days d
              JOIN statement_line l ON l.account_id = d.account_id AND l.book = d.book
                                   AND l.ccy = d.ccy AND l.part = 0
                                   AND l.booked_on BETWEEN d.from_day AND d.until_day
             WHERE l.line_id = ANY (ARRAY(SELECT line_id FROM owned
                                          UNION ALL SELECT line_id FROM reconcile_errand))
            UNION ALL
            SELECT d.account_id, d.book, -t.line_minor - coalesce(t.charge_minor, 0)
              FROM days d
              JOIN reconcile_tie t ON t.book = d.book AND t.good AND t.line_n > 0
                                  AND t.booked_on BETWEEN d.from_day AND d.until_day
              JOIN reconcile_batch b ON b.batch_id = t.batch_id
                                    AND b.account_id = d.account_id AND NOT b.mine) x
     GROUP BY account_id, book
), later AS (                   -- payments of these days that were booked behind them
    SELECT account_id, book, sum(minor)::bigint AS minor
      FROM (SELECT h.account_id, h.book, h.batch_id, h.booked_on, -h.minor AS minor
              FROM reconcile_hit h WHERE h.part = 0
            UNION ALL
            SELECT b.account_id, t.book, t.batch_id, t.booked_on,
                   -t.line_minor - coalesce(t.charge_minor, 0)
              FROM reconcile_tie t JOIN reconcile_batch b USING (batch_id)
             WHERE t.good AND t.line_n > 0) x
      JOIN (SELECT batch_id FROM reconcile_batch WHERE mine) b USING (batch_id)
      JOIN days d USING (account_id, book)
     WHERE booked_on NOT BETWEEN d.from_day AND d.until_day
     GROUP BY account_id, book
), told AS (
    SELECT account_id, book, coalesce(sum(moved_minor), 0)::bigint AS minor
      FROM reconcile_finding GROUP BY account_id, book
), slight AS (                  -- charges within the tolerance
    SELECT account_id, book, sum(moved_minor)::bigint AS minor, count(*) AS n
      FROM reconcile_slight GROUP BY account_id, book
)
SELECT a.name AS account, m.account_id, m.book, m.ccy::text AS ccy,
       d.from_day::text AS from_day, d.until_day::text AS until_day,
       o.minor IS NOT NULL AND z.minor IS NOT NULL AS has_balances,
       coalesce(o.minor, 0) AS opening_minor, m.came AS in_minor,
       m.paid AS paid_minor, m.charges AS charge_minor, m.back AS returned_minor,
       coalesce(z.minor, 0) AS closing_minor,
       coalesce(z.minor - o.minor - m.net, 0) AS difference_minor,
       coalesce(u.minor, 0) + coalesce(k.minor, 0) - coalesce(w.minor, 0) AS ours_minor,
       m.paid + m.charges - m.back - coalesce(u.minor, 0) - coalesce(k.minor, 0)
           + coalesce(w.minor, 0) AS off_minor,
       coalesce(t.minor, 0) AS explained_minor,
       coalesce(i.minor, 0) AS tolerated_minor, coalesce(i.n, 0) AS tolerated
  FROM moved m
  JOIN days d USING (account_id, book, ccy)
  JOIN (SELECT account_id, name FROM funding_account) a USING (account_id)
  LEFT JOIN opening o USING (account_id, book, ccy)
  LEFT JOIN closing z USING (account_id, book, ccy)
  LEFT JOIN ours u USING (account_id, book)
  LEFT JOIN known k USING (account_id, book)
  LEFT JOIN later w USING (account_id, book)
  LEFT JOIN told t USING (account_id, book)
  LEFT JOIN slight i USING (account_id, book)
 ORDER BY a.name, m.book, m.ccy;
