-- tracker_placed: whose payments these numbers of the provider are.
--   $1 bigint  account_id
--   $2 text[]  provider_ids
-- returns (provider_id, batch_id, seq)
SELECT p.provider_id, p.batch_id, p.seq
  FROM placed p
  JOIN batch b USING (batch_id)
 WHERE b.account_id = $1::bigint AND p.provider_id = ANY ($2::text[]);
