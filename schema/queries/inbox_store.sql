-- inbox_store: callbacks as received; the same bytes again only count.
--   $1 text[]  provider
--   $2 text[]  peer
--   $3 text[]  body     in hexadecimal
--   $4 bool[]  trusted
-- returns (inbox_id)
INSERT INTO inbox (provider, peer, sha256, body, trusted, copies)
SELECT provider, min(peer), sha256(body), body, trusted, count(*)
  FROM (SELECT provider, peer, decode(hex, 'hex') AS body, trusted
          FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
               AS i(provider, peer, hex, trusted)) i
 GROUP BY provider, body, trusted
 ORDER BY provider, sha256(body), trusted
    ON CONFLICT (provider, sha256, trusted) DO UPDATE
   SET copies = inbox.copies + excluded.copies
RETURNING inbox_id;
