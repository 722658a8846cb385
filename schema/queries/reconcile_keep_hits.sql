-- reconcile_keep_hits: whose lines are whose, as it was found now.
--   $1 int    reconciliation_id
INSERT INTO statement_match (line_id, batch_id, seq, account_id, book, role, how,
                             minor, reconciliation_id)
SELECT h.line_id, h.batch_id, h.seq, h.account_id, h.book, h.role, h.how, h.minor,
       $1::bigint
  FROM reconcile_hit h
  JOIN reconcile_batch b USING (batch_id)
 WHERE b.mine;
