-- reconcile_day: how many lines there are, by book, day and kind: the one time
-- that all are read but for the join.
--   $1 int[]  accounts
--   $2 date   first day    NULL: nothing left
--   $3 date   last day, late bookings included
--   $4 int    seed         as for reconcile_tie
INSERT INTO reconcile_day (account_id, book, ccy, booked_on, kind, part, n, in_minor,
                           out_minor, named, marks, charges)
SELECT account_id, book, ccy, booked_on, kind, part, n, in_minor, out_minor, named,
       marks, charges
  FROM line_days($1::bigint[], $2::date, $3::date, $4::bigint);
