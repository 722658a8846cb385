-- lineage_seen: the mark of a host agrees with this database.
--   $1 text  host
--   $2 int   beat
-- returns (host)
INSERT INTO lineage_host (host, beat, place)
VALUES ($1::text, $2::bigint, lineage_place())
    ON CONFLICT (host) DO UPDATE
   SET beat = excluded.beat, place = excluded.place, seen_at = now()
RETURNING host;
