-- reconcile_drop_hits: what was found before about the payments in question.
WITH ties AS (
    DELETE FROM statement_tie t
     USING reconcile_batch b
     WHERE t.batch_id = b.batch_id AND b.mine
)
DELETE FROM statement_match m
 USING reconcile_batch b
 WHERE m.batch_id = b.batch_id AND b.mine;
