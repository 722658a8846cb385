-- reconcile_by_id: lines that carry the provider's own number of a payment, or
-- name it as the payment they belong to.  The others are of batch 0: one pass
-- over all lines finds both, and reconcile_left takes them out again.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
WITH known AS (
    SELECT c.provider_id, c.batch_id, c.seq, b.account_id
      FROM reconcile_claim c
      JOIN reconcile_batch b USING (batch_id)
     WHERE c.seq > 0 AND c.provider_id <> ''
)
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT l.line_id, coalesce(c.batch_id, 0), coalesce(c.seq, 0), l.account_id,
       l.book,
       CASE WHEN l.kind = 'charge' THEN 'charge' WHEN l.minor > 0 THEN 'back'
            ELSE 'paid' END, 'id', l.minor, l.booked_on, l.booked_at,
       l.party_account, l.charge_minor, l.part, l.bulk_line_id
  FROM statement_line l
  LEFT JOIN known c
    ON c.provider_id = CASE WHEN l.linked <> '' THEN l.linked
                            ELSE l.provider_id END
   AND c.account_id = l.account_id AND l.kind <> 'deposit'
 WHERE l.account_id = ANY ($1::bigint[])
   AND l.booked_on BETWEEN nullif($2::text, '')::date
                       AND nullif($3::text, '')::date;
