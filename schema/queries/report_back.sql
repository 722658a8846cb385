-- report_back: the lines of a run's file of which nothing was paid and which
-- may be corrected and loaded again: held back, or failed, cancelled or
-- returned as a whole and in no living retry.
--   $1 bigint  run_id
--   $2 bool    held      with those that were held back
--   $3 bool    failed    with those that failed
-- returns (line_no, problem, state, code, reason, partly): problem: what was
--   wrong with a row held back, "" for one that failed; partly: another part of
--   the row was or may have been paid, so it must not come back as a whole
WITH held AS (
    SELECT line_no, string_agg(DISTINCT code || ' ' || detail, '; ') AS problem
      FROM problem
     WHERE run_id = $1::bigint AND severity <> 'warning' AND line_no > 0
       AND $2::boolean
     GROUP BY line_no
), paid AS (
    SELECT i.line_no, i.batch_id, i.seq, o.state, o.code, o.reason,
           coalesce(o.state IN ('failed', 'cancelled', 'returned'), false)
           AND NOT EXISTS (SELECT 1 FROM retried t JOIN run x USING (run_id)
                            WHERE t.batch_id = i.batch_id AND t.seq = i.seq
                              AND t.living
                              AND x.state NOT IN ('rejected', 'expired'))
           AND NOT EXISTS (SELECT 1 FROM contradiction c
                            WHERE c.batch_id = i.batch_id AND c.seq = i.seq
                              AND c.evidence_id IS NULL) AS again
      FROM instruction i
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
     WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND $3::boolean
), failed AS (
    SELECT line_no, bool_and(again) AS whole,
           (array_agg(state::text ORDER BY batch_id, seq)
               FILTER (WHERE again))[1] AS state,
           (array_agg(code ORDER BY batch_id, seq)
               FILTER (WHERE again))[1] AS code,
           (array_agg(reason ORDER BY batch_id, seq)
               FILTER (WHERE again))[1] AS reason
      FROM paid
     GROUP BY line_no
    HAVING bool_or(again)
)
SELECT line_no::bigint AS line_no, problem, '' AS state, '' AS code,
       '' AS reason, false AS partly
  FROM held
UNION ALL
SELECT line_no::bigint, '', state, code, reason, NOT whole
  FROM failed
 ORDER BY line_no;
