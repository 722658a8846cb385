-- reconcile_left: the lines that no id of the provider gave to a payment; the
-- other passes look at these alone.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
INSERT INTO reconcile_left (line_id)
SELECT l.line_id
  FROM statement_line l
 WHERE l.account_id = ANY ($1::bigint[])
   AND l.booked_on BETWEEN nullif($2::text, '')::date
                       AND nullif($3::text, '')::date
   AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.line_id = l.line_id);
