-- reconcile_errands: of the lines that are left, those of errands: by the number
-- the provider gave one; where it gave none, and that is a transfer whose answer
-- is two wallets, by amount and time: each errand has one line in a book, the
-- nearest in time that is left, and none that was here before it was asked for.
-- What is left over is nobody's.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day, late bookings included
WITH RECURSIVE line AS MATERIALIZED (
    SELECT l.*
      FROM reconcile_left l
     WHERE l.account_id = ANY ($1::bigint[]) AND l.part = 0 AND l.minor < 0
       AND l.booked_on BETWEEN nullif($2::text, '')::date
                           AND nullif($3::text, '')::date
       AND (l.account_id, -l.minor) IN (SELECT account_id, minor FROM errand)
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.line_id = l.line_id)
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h WHERE h.bulk_line_id = l.line_id)
), by_id AS (
    SELECT DISTINCT ON (r.errand_id, l.book) l.line_id
      FROM line l
      JOIN errand r ON r.account_id = l.account_id AND r.minor = -l.minor
     WHERE r.provider_id <> '' AND r.provider_id IN (l.provider_id, l.receipt, l.linked)
     ORDER BY r.errand_id, l.book, l.booked_on, l.booked_at NULLS FIRST, l.line_id
), ask AS MATERIALIZED (
    SELECT r.errand_id, r.account_id, r.minor, r.left_at,
           (r.left_at AT TIME ZONE 'Africa/Nairobi')::date AS left_on
      FROM errand r
     WHERE r.account_id = ANY ($1::bigint[]) AND r.service = 'transfer'
       AND r.provider_id = '' AND r.minor > 0 AND r.left_at IS NOT NULL
       AND coalesce(r.answer, 'in_doubt') IN ('taken', 'in_doubt')
), fits AS MATERIALIZED (       -- booked within three days, as payments are
    SELECT l.line_id, l.book, r.errand_id, r.left_at, greatest(l.at - r.left_at,
           r.left_at - l.at) AS apart
      FROM (SELECT x.*, coalesce(x.booked_at, x.booked_on::timestamp
                                 AT TIME ZONE 'Africa/Nairobi') AS at FROM line x) l
      JOIN ask r ON r.account_id = l.account_id AND r.minor = -l.minor
                AND l.booked_on BETWEEN r.left_on - 1 AND r.left_on + 3
      JOIN statement s ON s.statement_id = l.statement_id
                      AND coalesce(s.whole_at, 'infinity') >= r.left_at
     WHERE l.kind IN ('other', 'transfer') AND l.party_account = ''
       AND l.line_id NOT IN (SELECT line_id FROM by_id)
), turn AS MATERIALIZED (
    SELECT x.*, row_number() OVER (PARTITION BY book ORDER BY left_at, errand_id) AS nr
      FROM (SELECT DISTINCT book, errand_id, left_at FROM fits) x
), walk AS (
    SELECT DISTINCT book, 0::bigint AS nr, NULL::bigint AS line_id,
           '{}'::bigint[] AS used
      FROM turn
    UNION ALL
    SELECT w.book, t.nr, n.line_id,
           CASE WHEN n.line_id IS NULL THEN w.used ELSE w.used || n.line_id END
      FROM walk w
      JOIN turn t ON t.book = w.book AND t.nr = w.nr + 1
      LEFT JOIN LATERAL (SELECT f.line_id FROM fits f
                          WHERE f.errand_id = t.errand_id AND f.book = t.book
                            AND f.line_id <> ALL (w.used)
                          ORDER BY f.apart, f.line_id LIMIT 1) n ON true
)
INSERT INTO reconcile_errand (line_id)
SELECT line_id FROM by_id
UNION
SELECT line_id FROM walk WHERE line_id IS NOT NULL;
