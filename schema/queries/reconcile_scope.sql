-- reconcile_scope: which batches are looked at: those in question, and those
-- whose lines stand among theirs.
--   $1 int    run_id        0: an account's days
--   $2 int[]  accounts
--   $3 text   first day     "": nothing left
--   $4 text   last day
--   $5 int    watch_days    so much later a line may come
WITH sent AS (
    SELECT batch_id, min(coalesce(left_at, answered_at)) AS at
      FROM attempt
     WHERE step IN ('approve', 'send')
       AND (left_at IS NOT NULL OR event_no IS NOT NULL)
     GROUP BY batch_id
), told AS (
    SELECT DISTINCT l.batch_id
      FROM statement_line l
     WHERE l.account_id = ANY ($2::bigint[]) AND l.batch_id IS NOT NULL
       AND l.booked_on BETWEEN nullif($3::text, '')::date
                           AND nullif($4::text, '')::date + $5::bigint::int
), seen AS (
    SELECT b.batch_id, b.run_id, b.account_id, s.at,
           (s.at AT TIME ZONE 'Africa/Nairobi')::date AS day
      FROM batch b
      LEFT JOIN sent s USING (batch_id)
     WHERE b.run_id = $1::bigint OR b.account_id = ANY ($2::bigint[])
)
INSERT INTO reconcile_batch (batch_id, run_id, account_id, mine, left_at, left_on)
SELECT s.batch_id, s.run_id, s.account_id,
       CASE WHEN $1::bigint > 0 THEN s.run_id = $1::bigint
            ELSE coalesce(s.day BETWEEN nullif($3::text, '')::date
                                    AND nullif($4::text, '')::date, false) END,
       s.at, s.day
  FROM seen s
 WHERE s.run_id = $1::bigint
    OR s.day BETWEEN nullif($3::text, '')::date - $5::bigint::int
                 AND nullif($4::text, '')::date + $5::bigint::int
    OR s.batch_id IN (SELECT batch_id FROM told);
