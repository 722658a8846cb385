-- reconcile_bulk: one line for a whole batch: it carries the number of its
-- file, or its parts were found to be payments of it.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
WITH line AS (
    SELECT l.*, substring(l.narrative FROM '([^ ]+)$') AS last_word
      FROM reconcile_left l
     WHERE l.account_id = ANY ($1::bigint[])
       AND l.booked_on BETWEEN nullif($2::text, '')::date
                           AND nullif($3::text, '')::date
       AND l.kind <> 'deposit' AND l.part = 0
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.line_id = l.line_id)
), named AS (
    SELECT DISTINCT ON (l.line_id) l.line_id, c.batch_id, l.minor
      FROM line l
      JOIN reconcile_claim c
        ON c.seq = 0
       AND (c.provider_id <> '' AND c.provider_id IN (l.bulk_id, l.linked, l.last_word)
            OR c.receipt <> '' AND c.receipt IN (l.bulk_id, l.linked, l.last_word))
      JOIN reconcile_batch b ON b.batch_id = c.batch_id
                            AND b.account_id = l.account_id
     ORDER BY l.line_id, c.batch_id
), parts AS (
    SELECT l.line_id, h.batch_id, sum(h.minor)::bigint AS minor
      FROM line l
      JOIN reconcile_hit h ON h.bulk_line_id = l.line_id AND h.part > 0
     WHERE l.line_id NOT IN (SELECT line_id FROM named)
     GROUP BY l.line_id, h.batch_id
)
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT l.line_id, x.batch_id, 0, l.account_id, l.book,
       CASE WHEN l.kind = 'charge' THEN 'charge' WHEN l.minor > 0 THEN 'back'
            ELSE 'paid' END, 'bulk', x.minor, l.booked_on, l.booked_at, '', 0, l.part, l.bulk_line_id
  FROM (SELECT * FROM named UNION ALL SELECT * FROM parts) x
  JOIN line l USING (line_id);
