-- standstill_read: is everything paused?
-- returns (paused, why, by, at_us, held); by '': nobody ever did,
--   or a hold did; held: a hold is open, which takes two people to lift
SELECT paused, why, coalesce(by, CASE WHEN frozen <> '' THEN 'payrun' ELSE '' END) AS by,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       hold_id IS NOT NULL AS held
  FROM standstill;
