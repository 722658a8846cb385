-- reconcile_by_id: of the lines that are left, those that carry the provider's
-- own number of a payment, or name it as the payment they belong to.  A line is of
-- one payment, whatever the answers say: of several with its number the first.
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT DISTINCT ON (l.line_id)
       l.line_id, c.batch_id, c.seq, l.account_id, l.book,
       CASE WHEN l.kind = 'charge' THEN 'charge' WHEN l.minor > 0 THEN 'back'
            ELSE 'paid' END, 'id', l.minor, l.booked_on, l.booked_at,
       l.party_account, l.charge_minor, l.part, l.bulk_line_id
  FROM reconcile_left l
  JOIN reconcile_claim c
    ON c.provider_id = CASE WHEN l.linked <> '' THEN l.linked
                            ELSE l.provider_id END
   AND c.seq > 0 AND c.provider_id <> ''
  JOIN reconcile_batch b ON b.batch_id = c.batch_id
                        AND b.account_id = l.account_id
 WHERE l.kind <> 'deposit'
   AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.line_id = l.line_id)
 ORDER BY l.line_id, c.batch_id, c.seq;
