-- desk_worker: does a worker give signs of life?
--   $1 bigint  seconds  how old one may be
-- returns (alive)
SELECT EXISTS (SELECT 1 FROM worker
                WHERE due_at(seen_at) > now() - make_interval(secs => $1::bigint))
       AS alive;
