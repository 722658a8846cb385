-- inbox_room: is there room for more that prove nothing yet?
--   $1 int  rows   no more than so many wait to be looked at ...
--   $2 int  bytes  ... and so many bytes
-- returns (room)
SELECT count(*) < $1::bigint AND coalesce(sum(bytes), 0) < $2::bigint AS room
  FROM (SELECT bytes FROM inbox WHERE done_at IS NULL
         LIMIT $1::bigint) waiting;
