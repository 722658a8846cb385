-- reconcile_books: the books that the join of everything is made with.
-- returns (book)
SELECT DISTINCT book FROM reconcile_told ORDER BY book;
