-- reconcile_odd_more: payments that lines were found for by other means, those
-- of batches that one line pays, and those of batches that a book tells of which
-- was not in the join: they are looked at one by one, too.
WITH whole AS (
    SELECT h.batch_id
      FROM reconcile_hit h
     WHERE h.seq = 0
    UNION
    SELECT k.batch_id
      FROM reconcile_told k
     WHERE k.covers
       AND NOT EXISTS (SELECT 1 FROM reconcile_tie t
                        WHERE t.batch_id = k.batch_id AND t.book = k.book)
), found AS (
    SELECT h.batch_id, h.seq
      FROM reconcile_hit h
     WHERE h.seq > 0
    UNION
    SELECT i.batch_id, i.seq
      FROM instruction i
     WHERE i.batch_id = ANY (ARRAY(SELECT batch_id FROM whole))
)
INSERT INTO reconcile_odd (batch_id, seq, tied)
SELECT f.batch_id, f.seq, true
  FROM found f
 WHERE NOT EXISTS (SELECT 1 FROM reconcile_odd x
                    WHERE x.batch_id = f.batch_id AND x.seq = f.seq);
