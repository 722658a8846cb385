-- reconcile_odd: payments of which not all sides say the same, one by one; what
-- is wrong with them is found by reconcile_against and reconcile_engine.  With
-- those of outcomes that nobody asked for: where there are more outcomes than
-- were found.
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
)
INSERT INTO reconcile_odd (batch_id, seq, tied)
SELECT DISTINCT t.batch_id, u.seq, t.batch_id IN (SELECT batch_id FROM shared)
  FROM reconcile_tie t, unnest(t.seqs) AS u(seq)
 WHERE NOT t.good AND t.batch_id IS NOT NULL
UNION ALL
SELECT o.batch_id, o.seq, false
  FROM outcome o
 WHERE o.batch_id = ANY (ARRAY(SELECT batch_id FROM more))
   AND NOT EXISTS (SELECT 1 FROM instruction i
                    WHERE i.batch_id = o.batch_id AND i.seq = o.seq
                      AND i.batch_id = ANY (ARRAY(SELECT batch_id FROM more)));
