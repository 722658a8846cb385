-- batch_renew: keep a lease that is still ours.
--   $1 int   batch_id
--   $2 int   epoch
--   $3 int   lease_ms
-- returns (batch_id), or nothing when it is not ours any more
UPDATE batch
   SET lease_until = now() + $3::bigint * interval '1 millisecond'
 WHERE batch_id = $1::bigint AND epoch = $2::bigint AND owner IS NOT NULL
RETURNING batch_id;
