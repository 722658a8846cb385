-- reconcile_again: of several lines that pay one payment the first pays it;
-- the others are told again, or paid again.
WITH many AS (
    SELECT batch_id, seq
      FROM reconcile_hit
     WHERE role = 'paid'
     GROUP BY batch_id, seq
    HAVING count(*) > 1
), ranked AS (
    SELECT h.line_id, h.batch_id, h.seq,
           row_number() OVER w AS nr, first_value(h.line_id) OVER w AS first_id
      FROM reconcile_hit h
      JOIN many USING (batch_id, seq)
     WHERE h.role = 'paid'
    WINDOW w AS (PARTITION BY h.batch_id, h.seq, h.book
                 ORDER BY h.booked_on, h.booked_at NULLS FIRST, h.line_id)
)
UPDATE reconcile_hit h
   SET role = 'again',
       same = (l.provider_id <> '' AND l.provider_id = f.provider_id)
              OR (l.receipt <> '' AND l.receipt = f.receipt)
  FROM ranked r
  JOIN statement_line l ON l.line_id = r.line_id
  JOIN statement_line f ON f.line_id = r.first_id
 WHERE r.nr > 1 AND h.line_id = r.line_id AND h.batch_id = r.batch_id
   AND h.seq = r.seq AND h.role = 'paid';
