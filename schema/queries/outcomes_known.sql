-- outcomes_known: the answers a batch has so far.
--   $1 int   batch_id
-- returns (seq, state)
SELECT seq, state::text AS state
  FROM outcome
 WHERE batch_id = $1::bigint;
