-- reconcile_left: the lines that no id of the provider gave to a payment; the
-- other passes look at these alone.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
WITH nobodys AS (
    DELETE FROM reconcile_hit WHERE batch_id = 0 RETURNING line_id
)
INSERT INTO reconcile_left
SELECT l.*
  FROM statement_line l
  JOIN nobodys USING (line_id)
 WHERE l.account_id = ANY ($1::bigint[])
   AND l.booked_on BETWEEN nullif($2::text, '')::date
                       AND nullif($3::text, '')::date;
