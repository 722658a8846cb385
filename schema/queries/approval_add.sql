-- approval_add: a checker approves exactly what a run's digest says; the keys
-- and checks of the table refuse everything else.
--   $1 int    run_id
--   $2 bytea  digest     as computed again from the batches
--   $3 text   approver
--   $4 int    minor      the total as typed
-- returns (run_id)
INSERT INTO approval (run_id, made_by, digest, approver, minor)
SELECT run_id, made_by, $2::bytea, $3::text, $4::bigint
  FROM run
 WHERE run_id = $1::bigint
RETURNING run_id;
