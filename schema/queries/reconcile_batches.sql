-- reconcile_batches: the batches that are looked at.
-- returns (batch_id, run_id, mine, provider)
SELECT b.batch_id, b.run_id, b.mine, a.provider
  FROM reconcile_batch b
  JOIN funding_account a USING (account_id)
 ORDER BY b.batch_id;
