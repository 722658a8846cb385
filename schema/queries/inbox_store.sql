-- inbox_store: callbacks as received; the same bytes again only count.
--   $1 text[]   provider
--   $2 text[]   peer
--   $3 bytea[]  sha256   of body: the key, before provider and trusted.  No two of
--                        a statement are the same, and they come in the order
--                        of the key, so that two listeners never wait for each
--                        other in a circle
--   $4 bytea[]  body
--   $5 bool[]   trusted
--   $6 int[]    copies   so many came in this group
-- returns nothing
INSERT INTO inbox (provider, peer, sha256, body, trusted, copies)
SELECT provider, peer, sha256, body, trusted, copies
  FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::boolean[],
              $6::integer[])
       AS i(provider, peer, sha256, body, trusted, copies)
    ON CONFLICT (sha256, provider, trusted) DO UPDATE
   SET copies = inbox.copies + excluded.copies;
