-- reconcile_lines: the statements against the payments: lines that nobody here
-- knows, that tell or pay a payment again, or that take one back.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day         lines after it only serve late bookings
WITH line AS (
    SELECT l.*
      FROM reconcile_left l
     WHERE l.account_id = ANY ($1::bigint[]) AND l.part = 0
       AND l.booked_on BETWEEN nullif($2::text, '')::date
                           AND nullif($3::text, '')::date
       AND (l.minor < 0 OR l.kind IN ('reversal', 'returned'))
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.line_id = l.line_id)
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.bulk_line_id = l.line_id)
       AND NOT EXISTS (SELECT 1 FROM reconcile_errand r
                        WHERE r.line_id = l.line_id)
), fits AS (
    SELECT DISTINCT l.line_id
      FROM line l
      JOIN instruction i ON i.minor = -l.minor
      JOIN reconcile_batch b ON b.batch_id = i.batch_id AND b.mine
                            AND b.account_id = l.account_id
                            AND l.booked_on >= b.left_on - 1
     WHERE EXISTS (SELECT 1 FROM line)
       AND i.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                          AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)
       AND l.party_account <> '' AND same_payee(i.account, l.party_account)
)
INSERT INTO reconcile_finding (kind, account_id, book, run_id, batch_id, seq,
                               line_id, other_line_id, ours_minor,
                               theirs_minor, minor, moved_minor, ccy, detail)
SELECT CASE WHEN l.kind IN ('payment', 'other') AND l.minor < 0
            THEN CASE WHEN f.line_id IS NOT NULL THEN 'ambiguous'
                      ELSE 'missing_here' END
            ELSE 'unknown' END,
       l.account_id, l.book, NULL, NULL, NULL, l.line_id, NULL, 0, -l.minor,
       abs(l.minor), -l.minor, l.ccy,
       CASE WHEN f.line_id IS NOT NULL
            THEN 'it fits several payments, or one that another line pays: which is which would be a guess'
            WHEN l.kind IN ('payment', 'other') THEN 'money left, and no payment of ours is known for it'
            ELSE 'a ' || l.kind || ' that belongs to nothing we know' END
  FROM line l
  LEFT JOIN fits f USING (line_id)
UNION ALL
SELECT CASE WHEN h.same THEN 'duplicate_line' ELSE 'paid_twice' END,
       h.account_id, h.book, b.run_id, h.batch_id, nullif(h.seq, 0), h.line_id,
       f.line_id, 0, -h.minor, -h.minor, -h.minor, NULL,
       CASE WHEN h.same THEN 'the statement has the same payment a second time'
            ELSE 'the statement pays it a second time' END
  FROM reconcile_hit h
  JOIN reconcile_batch b USING (batch_id)
  LEFT JOIN reconcile_hit f ON f.batch_id = h.batch_id AND f.seq = h.seq
                           AND f.book = h.book AND f.role = 'paid'
 WHERE h.role = 'again' AND b.mine
UNION ALL
SELECT 'taken_back', h.account_id, h.book, b.run_id, h.batch_id,
       nullif(h.seq, 0), h.line_id, NULL, 0, h.minor, h.minor, -h.minor, NULL,
       'paid, and the statement takes it back'
  FROM reconcile_hit h
  JOIN reconcile_batch b USING (batch_id)
  LEFT JOIN outcome o ON o.batch_id = h.batch_id AND o.seq = h.seq
 WHERE h.role = 'back' AND b.mine
   AND NOT (coalesce(o.state IN ('returned', 'reversed'), false)
            AND o.minor = h.minor);
