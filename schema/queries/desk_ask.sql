-- desk_ask: a person wants to know now: every batch of a run with something in
-- doubt is asked about at once, and each of its payments that are asked for by
-- themselves.
--   $1 bigint  run_id
-- returns (batches)
WITH due AS (
    UPDATE batch b
       SET poll_at = now()
     WHERE b.run_id = $1::bigint
       AND b.state IN ('in_flight', 'in_doubt', 'done', 'cancelled')
       AND (b.doubt_rows > 0 OR b.state = 'in_doubt'
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = b.batch_id
                          AND c.evidence_id IS NULL))
    RETURNING b.batch_id, b.account_id
), one AS (
    UPDATE sought s
       SET next_at = now()
      FROM due
     WHERE s.batch_id = due.batch_id
), list AS (
    UPDATE scan
       SET not_before = now()
     WHERE account_id IN (SELECT account_id FROM due)
       AND not_before > now()
)
SELECT count(*) AS batches FROM due;
