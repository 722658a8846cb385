-- reconcile_odd: payments of which not all sides say the same, one by one; what
-- is wrong with them is found by reconcile_against and reconcile_engine.  With
-- those of outcomes that nobody asked for: where there are more outcomes than
-- were found; and those that share a line, which pays one of them: where more
-- lines were joined than there are.
WITH shared AS (
    SELECT batch_id FROM reconcile_told GROUP BY batch_id HAVING count(*) > 1
), has AS (
    SELECT batch_id, count(*) AS n FROM outcome
     WHERE batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                        AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)
     GROUP BY batch_id
), more AS (
    SELECT b.batch_id
      FROM reconcile_batch b
      JOIN has h USING (batch_id)
      LEFT JOIN (SELECT batch_id, sum(n) AS n FROM reconcile_tie
                  WHERE counts AND state IS NOT NULL GROUP BY batch_id) t USING (batch_id)
     WHERE b.mine AND h.n <> coalesce(t.n, 0)
), named AS (
    SELECT coalesce(sum(named), 0)::bigint AS n, coalesce(sum(marks), 0) AS marks
      FROM reconcile_day
     WHERE book IN (SELECT book FROM reconcile_told)
), known AS (
    SELECT coalesce(sum(line_n + charge_n), 0)::bigint AS n, coalesce(sum(marks), 0) AS marks
      FROM reconcile_tie
), twice AS MATERIALIZED (
    SELECT u.line_id
      FROM reconcile_tie t, unnest(t.lines || t.charge_lines) AS u(line_id)
     WHERE (SELECT (n, marks) FROM named) <> (SELECT (n, marks) FROM known)
       AND u.line_id IS NOT NULL
     GROUP BY u.line_id
    HAVING count(*) > 1
)
INSERT INTO reconcile_odd (batch_id, seq, tied)
SELECT t.batch_id, u.seq, t.batch_id IN (SELECT batch_id FROM shared)
  FROM reconcile_tie t, unnest(t.seqs) AS u(seq)
 WHERE NOT t.good AND t.batch_id IS NOT NULL
UNION
SELECT t.batch_id, x.seq, true
  FROM reconcile_tie t, unnest(t.seqs, t.lines, t.charge_lines) AS x(seq, line_id, charge_line)
 WHERE EXISTS (SELECT 1 FROM twice) AND t.good
   AND (x.line_id = ANY (ARRAY(SELECT line_id FROM twice))
        OR x.charge_line = ANY (ARRAY(SELECT line_id FROM twice)))
UNION ALL
SELECT o.batch_id, o.seq, false
  FROM outcome o
 WHERE o.batch_id = ANY (ARRAY(SELECT batch_id FROM more))
   AND NOT EXISTS (SELECT 1 FROM instruction i
                    WHERE i.batch_id = o.batch_id AND i.seq = o.seq
                      AND i.batch_id = ANY (ARRAY(SELECT batch_id FROM more)));
