-- inbox_next: the oldest callback nobody has looked at, held until the end of
-- the transaction.
-- returns (inbox_id, provider, body, trusted)
SELECT inbox_id, provider, body, trusted
  FROM inbox
 WHERE done_at IS NULL
 ORDER BY inbox_id
 LIMIT 1
   FOR UPDATE SKIP LOCKED;
