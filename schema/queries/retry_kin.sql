-- retry_kin: a run, what it is a retry of, and so on.
--   $1 bigint  run_id
-- returns (run_id)
WITH RECURSIVE kin AS (
    SELECT run_id, parent FROM run WHERE run_id = $1::bigint
    UNION ALL
    SELECT r.run_id, r.parent FROM kin k JOIN run r ON r.run_id = k.parent
)
SELECT run_id FROM kin;
