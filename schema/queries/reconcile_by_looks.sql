-- reconcile_by_looks: of what is left, payments and lines of the same amount
-- and account at the same time; only where there are as many of one as of the
-- other, in order of time, then number.  Else which is which would be a guess.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
--   $4 int    late days
WITH line AS (
    SELECT l.line_id, l.account_id, l.book, l.minor, l.booked_on, l.booked_at,
           l.party_account, l.charge_minor, l.part, l.bulk_line_id,
           right(regexp_replace(l.party_account, '[^0-9A-Za-z]', '', 'g'), 9) AS who
      FROM reconcile_left l
     WHERE l.account_id = ANY ($1::bigint[])
       AND l.booked_on BETWEEN nullif($2::text, '')::date
                           AND nullif($3::text, '')::date
       AND l.minor < 0 AND l.kind IN ('payment', 'other')
       AND l.party_account <> ''
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.line_id = l.line_id)
), pay AS (
    SELECT i.batch_id, i.seq, i.minor, b.account_id, b.left_at, b.left_on,
           right(regexp_replace(i.account, '[^0-9A-Za-z]', '', 'g'), 9) AS who
      FROM reconcile_batch b
      JOIN instruction i USING (batch_id)
      LEFT JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
     WHERE EXISTS (SELECT 1 FROM line) AND b.left_at IS NOT NULL
       AND coalesce(c.fate, 'open') IN ('paid', 'open')
       AND i.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch)
                          AND (SELECT max(batch_id) FROM reconcile_batch)
), lines AS (
    SELECT l.*, row_number() OVER w AS nr, count(*) OVER (PARTITION BY
               account_id, book, minor, who) AS n
      FROM line l
    WINDOW w AS (PARTITION BY account_id, book, minor, who
                 ORDER BY booked_on, booked_at NULLS FIRST, line_id)
), pays AS (
    SELECT p.*, k.book, row_number() OVER w AS nr,
           count(*) OVER (PARTITION BY p.account_id, k.book, p.minor, p.who) AS n
      FROM pay p
      JOIN (SELECT DISTINCT account_id, book FROM line) k USING (account_id)
     WHERE NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.batch_id = p.batch_id AND h.seq = p.seq
                          AND h.book = k.book AND h.role = 'paid')
       AND (NOT EXISTS (SELECT 1 FROM reconcile_told t      -- known by its id
                         WHERE t.batch_id = p.batch_id AND t.book = k.book)
            OR (p.batch_id, p.seq::integer) IN (SELECT batch_id, seq FROM reconcile_odd))
    WINDOW w AS (PARTITION BY p.account_id, k.book, p.minor, p.who
                 ORDER BY p.left_at, p.batch_id, p.seq)
)
INSERT INTO reconcile_hit (line_id, batch_id, seq, account_id, book, role, how,
                           minor, booked_on, booked_at, party, charge_minor, part,
                           bulk_line_id)
SELECT l.line_id, p.batch_id, p.seq, l.account_id, l.book, 'paid', 'looks',
       l.minor, l.booked_on, l.booked_at, l.party_account, l.charge_minor,
       l.part, l.bulk_line_id
  FROM lines l
  JOIN pays p ON p.account_id = l.account_id AND p.book = l.book
             AND p.minor = -l.minor AND p.who = l.who AND p.nr = l.nr
             AND p.n = l.n
 WHERE l.booked_on BETWEEN p.left_on - 1 AND p.left_on + $4::bigint::int;
