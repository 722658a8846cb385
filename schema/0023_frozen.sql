-- Payees who fell in doubt elsewhere, once more: the same answer, but where no
-- batch of the period is in doubt, which is nearly always, the run's own payments
-- are not looked at.  Without statistics of rows that just came in, the plan of
-- step 0011 read all of them at each claim.
CREATE OR REPLACE FUNCTION rows_frozen(of_run bigint, of_batch bigint)
RETURNS TABLE (batch_id bigint, line_no integer, name text, other_run bigint, other_line integer)
LANGUAGE sql STABLE AS $$
    WITH mine AS (
        SELECT r.run_id, r.period, greatest(
                   CASE WHEN r.override <> '' THEN r.created_at END,
                   (SELECT max(t.at) FROM thaw t WHERE t.run_id = r.run_id))
                   AS known_at
          FROM run r
         WHERE r.run_id = of_run
    ), doubtful AS MATERIALIZED (
        SELECT b.batch_id, b.run_id, b.state, b.state_at, m.known_at
          FROM mine m
          JOIN run r ON r.period = m.period AND r.run_id <> m.run_id
                    AND r.state NOT IN ('rejected', 'cancelled', 'expired')
          JOIN batch b ON b.run_id = r.run_id
         WHERE b.doubt_rows > 0 OR b.state = 'in_doubt'
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = b.batch_id AND c.evidence_id IS NULL)
    ), doubt AS (
        SELECT o.account, o.bank_code, o.account_reference, o.minor, o.name,
               o.line_no, d.run_id
          FROM doubtful d
          JOIN instruction o ON o.batch_id = d.batch_id
          LEFT JOIN outcome x ON x.batch_id = o.batch_id AND x.seq = o.seq
          LEFT JOIN LATERAL (
               SELECT max(c.at) AS at FROM contradiction c
                WHERE c.batch_id = o.batch_id AND c.seq = o.seq
                  AND c.evidence_id IS NULL) c ON true
         CROSS JOIN LATERAL (
               SELECT CASE WHEN c.at IS NOT NULL THEN c.at
                           WHEN x.state = 'in_doubt' THEN x.at
                           WHEN x.state IS NULL AND d.state = 'in_doubt'
                           THEN d.state_at END AS at) began
         WHERE began.at IS NOT NULL
           AND (d.known_at IS NULL OR began.at > d.known_at)
    )
    SELECT n.batch_id, n.line_no, n.name, o.run_id, o.line_no
      FROM doubt o
      JOIN instruction n
        ON n.account = o.account
       AND coalesce(n.bank_code, '') = coalesce(o.bank_code, '')
       AND coalesce(n.account_reference, '') = coalesce(o.account_reference, '')
       AND (n.minor = o.minor OR lower(n.name) = lower(o.name))
      LEFT JOIN outcome y ON y.batch_id = n.batch_id AND y.seq = n.seq
     WHERE n.batch_id BETWEEN CASE WHEN of_batch > 0 THEN of_batch
                                   ELSE of_run * 100000 END
                          AND CASE WHEN of_batch > 0 THEN of_batch
                                   ELSE of_run * 100000 + 99999 END
       AND y.state IS NULL
       AND EXISTS (SELECT 1 FROM doubtful)     -- asked once, before any row
$$;
