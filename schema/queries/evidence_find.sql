-- evidence_find: one proposal.
--   $1 bigint  evidence_id
-- returns (run_id, batch_id, seq, was, says, receipt, reason, proposed_by,
--   ended, live); ended: '' while it is open
SELECT v.run_id, v.batch_id, v.seq, v.was::text AS was, v.says::text AS says,
       v.receipt, v.reason, v.proposed_by, coalesce(v.ended_how, '') AS ended,
       a.live
  FROM evidence v
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = r.account_id
 WHERE v.evidence_id = $1::bigint;
