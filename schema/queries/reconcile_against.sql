-- reconcile_against: odd payments against the statements: what the raw answers
-- say was paid, and what moved.  Charges that differ by no more than is tolerated
-- are no finding; they are summed up, so that what is off by them stays explained.
--   $1 int  late_days
--   $2 int  tolerance_minor   of charges
WITH bulk AS (
    SELECT batch_id, book, role, -sum(minor)::bigint AS minor,
           min(line_id) AS line_id
      FROM reconcile_hit
     WHERE seq = 0
     GROUP BY batch_id, book, role
), charge AS (
    SELECT batch_id, seq, book, -sum(minor)::bigint AS minor,
           min(line_id) AS line_id
      FROM reconcile_hit
     WHERE role = 'charge' AND seq > 0
     GROUP BY batch_id, seq, book
), hit AS MATERIALIZED (
    SELECT h.*
      FROM reconcile_hit h
      JOIN reconcile_odd USING (batch_id, seq)
     WHERE h.role = 'paid'
), pay AS MATERIALIZED (
    SELECT b.account_id, b.run_id, b.left_on, i.batch_id, i.seq, i.minor,
           i.account, i.fate = 'paid' AS paid,
           i.c_charge AS charge_minor, k.book, k.covers,
           k.charges, h.line_id, -h.minor AS moved, h.booked_on, h.party,
           h.charge_minor AS beside, g.minor AS charged,
           g.line_id AS charge_line, w.line_id AS bulk_line,
           w.minor AS bulk_minor, z.minor AS bulk_charge,
           z.line_id AS bulk_charge_line
      FROM (SELECT * FROM reconcile_batch WHERE mine) b
      JOIN reconcile_told k USING (batch_id)
      JOIN (SELECT * FROM reconcile_few WHERE minor IS NOT NULL) i USING (batch_id)
      LEFT JOIN hit h ON h.batch_id = i.batch_id AND h.seq = i.seq
                     AND h.book = k.book
      LEFT JOIN charge g ON g.batch_id = i.batch_id AND g.seq = i.seq
                        AND g.book = k.book
      LEFT JOIN bulk w ON w.batch_id = i.batch_id AND w.book = k.book
                      AND w.role = 'paid'
      LEFT JOIN bulk z ON z.batch_id = i.batch_id AND z.book = k.book
                      AND z.role = 'charge'
), told AS (
    SELECT 'missing_there' AS kind, p.*, p.minor AS ours, 0::bigint AS theirs,
           p.minor AS price, -p.minor AS off,
           CASE WHEN p.left_on + $1::bigint::int >= today_nairobi()
                THEN p.left_on + $1::bigint::int END AS heals, NULL::bigint AS at_line,
           'the provider answered paid; its statement of that day has no such line' AS words
      FROM pay p
     WHERE p.paid AND p.line_id IS NULL AND p.bulk_line IS NULL AND p.covers
    UNION ALL
    SELECT 'missing_here', p.*, 0, p.moved, abs(p.moved), p.moved, NULL, p.line_id,
           'the statement pays it, and no answer of the provider says so'
      FROM pay p WHERE NOT p.paid AND p.line_id IS NOT NULL
    UNION ALL
    SELECT 'amount_differs', p.*, p.minor, p.moved, abs(p.moved - p.minor),
           p.moved - p.minor, NULL, p.line_id,
           'the statement has another amount than was asked for'
      FROM pay p WHERE p.paid AND p.moved <> p.minor
    UNION ALL
    SELECT 'wrong_payee', p.*, p.minor, p.moved, p.minor, 0, NULL, p.line_id,
           'asked for ' || p.account || ', the statement pays ' || p.party
      FROM pay p
     WHERE p.party <> p.account AND NOT same_payee(p.account, p.party)
    UNION ALL
    SELECT 'late', p.*, p.minor, p.moved, p.minor, 0, NULL, p.line_id,
           'left on ' || p.left_on || ', booked on ' || p.booked_on
      FROM pay p WHERE p.booked_on > p.left_on + $1::bigint::int
    UNION ALL
    SELECT 'charge_differs', p.*, CASE WHEN p.paid THEN p.charge_minor ELSE 0 END,
           coalesce(p.charged, 0) + coalesce(p.beside, 0),
           abs(coalesce(p.charged, 0) + coalesce(p.beside, 0)
               - CASE WHEN p.paid THEN p.charge_minor ELSE 0 END),
           coalesce(p.charged, 0)
               - CASE WHEN p.paid AND coalesce(p.beside, 0) = 0
                      THEN p.charge_minor ELSE 0 END, NULL,
           p.charge_line, 'the charge on the statement is not the one the provider answered'
      FROM pay p
     WHERE p.charges AND p.bulk_charge IS NULL
       AND (p.line_id IS NOT NULL OR p.charged IS NOT NULL OR p.bulk_line IS NOT NULL
            OR (p.paid AND p.covers AND p.charge_minor > 0))
       AND abs(coalesce(p.charged, 0) + coalesce(p.beside, 0)
               - CASE WHEN p.paid THEN p.charge_minor ELSE 0 END) <> 0
), whole AS (                   -- one line has the charges of a batch
    SELECT account_id, book, run_id, batch_id, bulk_charge_line,
           coalesce(sum(charge_minor) FILTER (WHERE paid), 0)::bigint AS ours,
           bulk_charge AS theirs
      FROM pay
     WHERE bulk_charge IS NOT NULL
     GROUP BY account_id, book, run_id, batch_id, bulk_charge_line, bulk_charge
    HAVING bulk_charge <> coalesce(sum(charge_minor) FILTER (WHERE paid), 0)
), slight AS (
    INSERT INTO reconcile_slight (account_id, book, moved_minor)
    SELECT account_id, book, off
      FROM told WHERE kind = 'charge_differs' AND price <= $2::bigint
    UNION ALL
    SELECT account_id, book, theirs - ours
      FROM whole WHERE abs(theirs - ours) <= $2::bigint
)
INSERT INTO reconcile_finding (kind, account_id, book, run_id, batch_id, seq,
                               line_id, ours_minor, theirs_minor, minor,
                               moved_minor, heals_until, detail)
SELECT kind, account_id, book, run_id, batch_id, seq, at_line, ours, theirs,
       price, off, heals, words
  FROM told
 WHERE kind <> 'charge_differs' OR price > $2::bigint
UNION ALL
SELECT 'amount_differs', account_id, book, run_id, batch_id, NULL, bulk_line,
       sum(minor) FILTER (WHERE paid AND line_id IS NULL), bulk_minor,
       abs(bulk_minor - coalesce(sum(minor) FILTER (WHERE paid AND line_id IS NULL), 0)),
       bulk_minor - coalesce(sum(minor) FILTER (WHERE paid AND line_id IS NULL), 0), NULL,
       'one line pays the whole batch, and not what its payments come to'
  FROM pay
 WHERE bulk_line IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM statement_line q
                    WHERE q.bulk_line_id = pay.bulk_line)
 GROUP BY account_id, book, run_id, batch_id, bulk_line, bulk_minor
HAVING bulk_minor <> coalesce(sum(minor) FILTER (WHERE paid AND line_id IS NULL), 0)
UNION ALL
SELECT 'charge_differs', account_id, book, run_id, batch_id, NULL,
       bulk_charge_line, ours, theirs, abs(theirs - ours), theirs - ours, NULL,
       'one line has the charges of the whole batch, and not what they come to'
  FROM whole
 WHERE abs(theirs - ours) > $2::bigint;
