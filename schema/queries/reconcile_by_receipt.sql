-- reconcile_by_receipt: of the lines nobody is known for yet, those with the
-- receipt of a payment.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT DISTINCT ON (l.line_id)
       l.line_id, c.batch_id, c.seq, l.account_id, l.book,
       CASE WHEN l.kind = 'charge' THEN 'charge' WHEN l.minor > 0 THEN 'back'
            ELSE 'paid' END, 'receipt', l.minor, l.booked_on, l.booked_at,
       l.party_account, l.charge_minor, l.part, l.bulk_line_id
  FROM reconcile_left l
  JOIN reconcile_claim c
    ON c.receipt <> '' AND c.seq > 0
   AND c.receipt = CASE WHEN l.receipt <> '' THEN l.receipt ELSE l.linked END
  JOIN reconcile_batch b ON b.batch_id = c.batch_id
                        AND b.account_id = l.account_id
 WHERE l.account_id = ANY ($1::bigint[])
   AND l.booked_on BETWEEN nullif($2::text, '')::date
                       AND nullif($3::text, '')::date
   AND l.kind <> 'deposit'
   AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.line_id = l.line_id)
 ORDER BY l.line_id, c.batch_id, c.seq;
