-- inbox_turned: callbacks were not taken, for want of room.
--   $1 text  provider
--   $2 int   n
--   $3 text  peer  of the last one
-- returns nothing
INSERT INTO refused_callback AS r (provider, turned, last_peer)
VALUES ($1::text, $2::bigint, $3::text)
    ON CONFLICT (provider) DO UPDATE
   SET turned = r.turned + excluded.turned, last_at = now(),
       last_peer = excluded.last_peer;
