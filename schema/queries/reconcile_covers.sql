-- reconcile_covers: the books that tell of the day a batch left on, before any
-- line was looked at.  A bank's book may know nothing of payments: it is told of
-- by reconcile_told, when lines of it were found to be some.
INSERT INTO reconcile_told (batch_id, book, covers, charges)
SELECT DISTINCT v.batch_id, s.book, true, coalesce(c.charges, false)
  FROM reconcile_batch v
  JOIN statement s ON s.account_id = v.account_id AND s.state = 'whole'
                  AND v.left_on BETWEEN s.from_day AND s.until_day
                  AND (s.source <> 'pull' OR s.imported_at > v.left_at)
  LEFT JOIN (SELECT account_id, book, bool_or(charges) AS charges
               FROM reconcile_day
              GROUP BY account_id, book) c
    ON c.account_id = s.account_id AND c.book = s.book
 WHERE s.book <> 'bank';
