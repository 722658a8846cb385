-- lineage_judge: what each payment listed during a hold is to the book as it is
-- now.  A reference of ours proves it only together with payee and amount.
--   $1 int  hold_id
-- returns (nr) of those whose verdict changed
WITH line AS (
    SELECT l.account_id, l.nr, l.payee, l.minor, l.fate, l.receipt,
           l.provider_id, l.ref_batch, l.ref_seq
      FROM lineage_line l
     WHERE l.hold_id = $1::bigint
), held AS (
    -- held for not sent; that a request did not leave is proven by what is not
    -- stored, which proves nothing here
    SELECT b.batch_id, b.account_id
      FROM batch b
      JOIN run r USING (run_id)
     WHERE (b.state IN ('ready', 'initiating', 'initiated')
            OR (b.state IN ('releasing', 'sending') AND b.left_no IS NULL))
       AND r.state IN ('draft', 'submitted', 'approved', 'paying', 'paused')
), mine AS (
    SELECT l.account_id, l.nr, i.batch_id, i.seq,
           h.batch_id IS NOT NULL AS unsent,
           b.state IN ('in_flight', 'in_doubt', 'done')
           OR (b.state IN ('releasing', 'sending') AND b.left_no IS NOT NULL)
               AS sent
      FROM line l
      JOIN instruction i ON i.batch_id = l.ref_batch AND i.seq = l.ref_seq
                        AND i.minor = l.minor AND i.account = l.payee
      JOIN batch b ON b.batch_id = i.batch_id AND b.account_id = l.account_id
      LEFT JOIN held h ON h.batch_id = b.batch_id
), booked AS (
    SELECT l.account_id, l.nr
      FROM line l
     WHERE EXISTS (SELECT 1 FROM placed p
                     JOIN batch b USING (batch_id)
                    WHERE p.provider_id = l.provider_id
                      AND b.account_id = l.account_id)
        OR (l.receipt <> ''
            AND l.receipt IN (SELECT o.receipt FROM outcome o
                               WHERE o.receipt IS NOT NULL))
), alike AS (
    SELECT DISTINCT ON (l.account_id, l.nr) l.account_id, l.nr, i.batch_id, i.seq
      FROM line l
      JOIN held h ON h.account_id = l.account_id
      JOIN instruction i ON i.batch_id = h.batch_id AND i.account = l.payee
                        AND i.minor = l.minor
     ORDER BY l.account_id, l.nr, i.batch_id, i.seq
), judged AS (
    SELECT l.account_id, l.nr,
           CASE WHEN m.sent OR (k.nr IS NOT NULL AND NOT coalesce(m.unsent, false))
                THEN 'known'
                WHEN l.fate = 'cancelled' THEN 'nothing'
                WHEN m.unsent THEN 'sent'
                WHEN l.fate = 'failed' THEN 'nothing'
                WHEN a.nr IS NOT NULL THEN 'alike'
                ELSE 'unknown' END AS verdict,
           coalesce(m.batch_id, CASE WHEN k.nr IS NULL AND l.fate NOT IN ('failed', 'cancelled')
                                THEN a.batch_id END) AS batch_id,
           coalesce(m.seq, CASE WHEN k.nr IS NULL AND l.fate NOT IN ('failed', 'cancelled')
                           THEN a.seq END) AS seq
      FROM line l
      LEFT JOIN mine m USING (account_id, nr)
      LEFT JOIN booked k USING (account_id, nr)
      LEFT JOIN alike a USING (account_id, nr)
)
UPDATE lineage_line l
   SET verdict = j.verdict, batch_id = j.batch_id, seq = j.seq
  FROM judged j
 WHERE l.hold_id = $1::bigint AND l.account_id = j.account_id AND l.nr = j.nr
   AND (l.verdict, l.batch_id, l.seq)
       IS DISTINCT FROM (j.verdict, j.batch_id, j.seq)
RETURNING l.nr;
