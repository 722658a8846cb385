-- tracker_worker_gone: a worker ended in good order.
--   $1 text  owner
-- returns (owner)
DELETE FROM worker
 WHERE owner = $1::text
RETURNING owner;
