-- tracker_worker_seen: a worker is alive.
--   $1 text  owner
-- returns (owner)
INSERT INTO worker (owner)
VALUES ($1::text)
    ON CONFLICT (owner) DO UPDATE SET seen_at = now()
RETURNING owner;
