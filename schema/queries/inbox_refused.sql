-- inbox_refused: a callback that is being looked at has no effect and proves
-- nothing: it is counted, and only the first ones are kept, if they are small.
-- Before inbox_done.
--   $1 int  inbox_id
--   $2 int  rows   keep so many of a provider
--   $3 int  bytes  ... of which none is longer
-- returns nothing
WITH n AS (
    INSERT INTO refused_callback AS r (provider, looked_at, last_peer)
    SELECT provider, copies, peer FROM inbox
     WHERE inbox_id = $1::bigint AND done_at IS NULL
        ON CONFLICT (provider) DO UPDATE
       SET looked_at = r.looked_at + excluded.looked_at, last_at = now(),
           last_peer = excluded.last_peer
    RETURNING looked_at)
DELETE FROM inbox
 WHERE inbox_id = $1::bigint AND done_at IS NULL
   AND (bytes > $3::bigint
        OR (SELECT looked_at FROM n) > $2::bigint);
