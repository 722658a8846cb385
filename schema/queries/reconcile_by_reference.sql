-- reconcile_by_reference: of the lines nobody is known for yet, those that
-- carry our own reference of a payment.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT l.line_id, i.batch_id, i.seq, l.account_id, l.book,
       CASE WHEN l.kind = 'charge' THEN 'charge' WHEN l.minor > 0 THEN 'back'
            ELSE 'paid' END, 'reference', l.minor, l.booked_on, l.booked_at,
       l.party_account, l.charge_minor, l.part, l.bulk_line_id
  FROM reconcile_left l
  JOIN reconcile_batch b ON b.batch_id = l.batch_id
                        AND b.account_id = l.account_id
  JOIN instruction i ON i.batch_id = l.batch_id AND i.seq = l.seq
 WHERE l.account_id = ANY ($1::bigint[])
   AND l.booked_on BETWEEN nullif($2::text, '')::date
                       AND nullif($3::text, '')::date
   AND l.kind <> 'deposit'
   AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.line_id = l.line_id);
