-- outcomes_settle_rest: the same answer for every instruction of a batch,
-- whose row is locked, that has none.
--   $1 int   batch_id
--   $2 text  state
--   $3 text  code
--   $4 text  reason
--   $5 int   event_no   0: none
-- returns (n)
WITH put AS (
    INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason,
                         event_no, at)
    SELECT i.batch_id, i.seq, $2::text::outcome_state, i.minor, i.ccy,
           $3::text, $4::text, nullif($5::bigint, 0), now()
      FROM instruction i
     WHERE i.batch_id = $1::bigint
       AND NOT EXISTS (SELECT 1 FROM outcome o
                        WHERE o.batch_id = $1::bigint AND o.seq = i.seq)
    RETURNING minor
), total AS (
    SELECT count(*) AS n, coalesce(sum(minor), 0)::bigint AS m FROM put
), counted AS (
    UPDATE batch b
       SET paid_rows = b.paid_rows
               + CASE $2::text WHEN 'paid' THEN n ELSE 0 END,
           paid_minor = b.paid_minor
               + CASE $2::text WHEN 'paid' THEN m ELSE 0 END,
           failed_rows = b.failed_rows
               + CASE WHEN $2::text IN ('failed', 'returned', 'reversed')
                      THEN n ELSE 0 END,
           failed_minor = b.failed_minor
               + CASE WHEN $2::text IN ('failed', 'returned', 'reversed')
                      THEN m ELSE 0 END,
           doubt_rows = b.doubt_rows
               + CASE $2::text WHEN 'in_doubt' THEN n ELSE 0 END,
           doubt_minor = b.doubt_minor
               + CASE $2::text WHEN 'in_doubt' THEN m ELSE 0 END,
           cancelled_rows = b.cancelled_rows
               + CASE $2::text WHEN 'cancelled' THEN n ELSE 0 END,
           cancelled_minor = b.cancelled_minor
               + CASE $2::text WHEN 'cancelled' THEN m ELSE 0 END
      FROM total
     WHERE b.batch_id = $1::bigint AND n > 0
)
SELECT n FROM total;
