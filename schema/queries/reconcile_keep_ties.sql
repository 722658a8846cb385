-- reconcile_keep_ties: whose lines are whose where all sides agree, as it was
-- found now.
--   $1 int    reconciliation_id
INSERT INTO statement_tie (reconciliation_id, batch_id, account_id, book, seqs, lines,
                           charge_lines)
SELECT $1::bigint, t.batch_id, b.account_id, t.book, t.seqs, t.lines, t.charge_lines
  FROM reconcile_tie t
  JOIN reconcile_batch b USING (batch_id)
 WHERE b.mine AND t.good AND t.line_n + t.charge_n > 0;
