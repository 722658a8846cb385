-- tracker_listed: some payments of a batch: what was asked for and what is
-- known of them.
--   $1 bigint  batch_id
--   $2 int[]   seqs
-- returns (seq, minor, account, state, receipt, provider_id); state '': none
--   yet, receipt '' and provider_id '': none
SELECT i.seq, i.minor, i.account, coalesce(o.state::text, '') AS state,
       coalesce(o.receipt, '') AS receipt,
       coalesce(p.provider_id, '') AS provider_id
  FROM instruction i
  LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
  LEFT JOIN placed p ON p.batch_id = i.batch_id AND p.seq = i.seq
 WHERE i.batch_id = $1::bigint AND i.seq = ANY ($2::int[]);
