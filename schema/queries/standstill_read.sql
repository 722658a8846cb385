-- standstill_read: is everything paused?
-- returns (paused, why, by, at_us); by '': nobody ever did
SELECT paused, why, coalesce(by, '') AS by,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us
  FROM standstill;
