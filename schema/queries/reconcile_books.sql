-- reconcile_books: the books that the join of everything is made with.
-- returns (book, charges)
SELECT k.book, EXISTS (SELECT 1 FROM reconcile_day d
                        WHERE d.book = k.book AND d.kind = 'charge' AND d.named > 0) AS charges
  FROM (SELECT DISTINCT book FROM reconcile_told) k
 ORDER BY k.book;
