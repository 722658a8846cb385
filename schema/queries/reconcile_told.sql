-- reconcile_told: the books that tell of a batch: they cover the day it left on,
-- or have a line of it.  A bank's book may know nothing of payments.
WITH before AS (                -- what reconcile_covers thought
    DELETE FROM reconcile_told
), lines AS (
    SELECT batch_id, account_id, book,
           bool_or(role = 'charge' OR charge_minor > 0) AS charges
      FROM reconcile_hit
     GROUP BY batch_id, account_id, book
    UNION ALL
    SELECT t.batch_id, b.account_id, t.book,
           bool_or(t.charge_n > 0 OR t.beside_minor > 0)
      FROM reconcile_tie t
      JOIN reconcile_batch b USING (batch_id)
     WHERE t.good AND t.line_n + t.charge_n > 0
     GROUP BY t.batch_id, b.account_id, t.book
), used AS (
    SELECT account_id, book, bool_or(charges) AS charges
      FROM lines
     GROUP BY account_id, book
)
INSERT INTO reconcile_told (batch_id, book, covers, charges)
SELECT b.batch_id, k.book, bool_or(k.covers), coalesce(bool_or(u.charges), false)
  FROM reconcile_batch b
  JOIN (SELECT v.batch_id, s.book, true AS covers
          FROM reconcile_batch v
          JOIN statement s ON s.account_id = v.account_id AND s.state = 'whole'
                          AND v.left_on BETWEEN s.from_day AND s.until_day
                          AND (s.source <> 'pull' OR s.imported_at > v.left_at)
        UNION ALL
        SELECT batch_id, book, false FROM lines) k USING (batch_id)
  LEFT JOIN used u ON u.account_id = b.account_id AND u.book = k.book
 WHERE b.mine AND (k.book <> 'bank' OR u.book IS NOT NULL)
 GROUP BY b.batch_id, k.book;
