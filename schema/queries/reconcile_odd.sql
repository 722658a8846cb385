-- reconcile_odd: the one pass over everything: payments of which instruction,
-- outcome, raw answer and statements do not all say the same.  What is wrong
-- with them is found by reconcile_against and reconcile_engine.
--   $1 int  late_days
WITH charge AS (
    SELECT batch_id, seq, book, -sum(minor)::bigint AS minor
      FROM reconcile_hit
     WHERE role = 'charge' AND seq > 0
     GROUP BY batch_id, seq, book
), bulk AS (
    SELECT DISTINCT batch_id FROM reconcile_hit WHERE seq = 0
)
INSERT INTO reconcile_odd (batch_id, seq)
SELECT DISTINCT b.batch_id, coalesce(i.seq, o.seq)
  FROM (SELECT x.* FROM instruction x
         WHERE x.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                              AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)) i
  FULL JOIN (SELECT x.* FROM outcome x
         WHERE x.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                              AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)) o
    ON o.batch_id = i.batch_id AND o.seq = i.seq
  JOIN reconcile_batch b ON b.batch_id = coalesce(i.batch_id, o.batch_id) AND b.mine
  LEFT JOIN event e ON e.batch_id = o.batch_id AND e.event_no = o.event_no
                   AND e.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                                      AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)
  LEFT JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
  LEFT JOIN reconcile_told k ON k.batch_id = b.batch_id
  LEFT JOIN reconcile_hit h ON h.batch_id = i.batch_id AND h.seq = i.seq
                           AND h.book = k.book AND h.role = 'paid'
  LEFT JOIN charge g ON g.batch_id = i.batch_id AND g.seq = i.seq
                    AND g.book = k.book
 WHERE (i.minor = o.minor AND i.ccy = o.ccy AND c.minor = i.minor
        AND c.account = i.account AND c.listed <= 1 AND c.code = o.code
        AND e.batch_id IS NOT NULL AND c.charge_minor = o.charge_minor
        AND c.receipt = coalesce(o.receipt, '') AND c.fate = o.state::text
        AND (k.book IS NULL
             OR ((c.fate = 'paid') = (h.line_id IS NOT NULL)
                 AND coalesce(-h.minor, i.minor) = i.minor
                 AND coalesce(nullif(h.party, ''), i.account) = i.account
                 AND coalesce(h.booked_on, b.left_on) <= b.left_on + $1::bigint::int
                 AND (NOT k.charges
                      OR coalesce(g.minor, 0) + coalesce(h.charge_minor, 0)
                         = CASE WHEN c.fate = 'paid' THEN c.charge_minor ELSE 0 END))))
       IS NOT TRUE
    OR b.batch_id IN (SELECT batch_id FROM bulk);
