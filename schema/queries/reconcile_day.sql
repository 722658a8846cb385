-- reconcile_day: how many lines there are, by book, day and kind: the one time
-- that all are read but for the join.
--   $1 int[]  accounts
--   $2 date   first day    NULL: nothing left
--   $3 date   last day, late bookings included
--   $4 int    seed         as for reconcile_tie
INSERT INTO reconcile_day (account_id, book, ccy, booked_on, kind, part, n, in_minor,
                           out_minor, named, marks, charges)
SELECT account_id, book, ccy, booked_on, kind, part, count(*),
       coalesce(sum(minor) FILTER (WHERE minor > 0), 0),
       coalesce(-sum(minor) FILTER (WHERE minor < 0), 0), count(named),
       coalesce(sum(hashint8extended(named, $4::bigint)), 0),
       bool_or(charge_minor > 0 OR (kind = 'charge' AND named IS NOT NULL))
  FROM (SELECT l.account_id, l.book, l.ccy, l.booked_on, l.kind, l.part > 0 AS part,
               l.minor, l.charge_minor,
               CASE WHEN line_pays(l.kind, l.minor, l.part, l.linked, l.provider_id) IS NOT NULL
                      OR line_charges(l.kind, l.part, l.linked, l.provider_id) IS NOT NULL
                    THEN l.line_id END AS named
          FROM statement_line l
         WHERE l.account_id = ANY ($1::bigint[])
           AND l.booked_on BETWEEN $2::date AND $3::date
        OFFSET 0) x
 GROUP BY account_id, book, ccy, booked_on, kind, part;
