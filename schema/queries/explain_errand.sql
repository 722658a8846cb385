-- explain_errand: an errand, held: read by whoever is about to say, or decide,
-- what became of it.
--   $1 int  errand_id
--   $2 int  door_ms     how long a door stays open
-- returns (account, live, service, doubt): doubt: nobody knows whether it
--   was done; nothing: there is none
SELECT a.name AS account, a.live, e.service,
       (e.answer = 'in_doubt' OR (e.answer IS NULL AND e.left_at IS NOT NULL
                                  AND e.left_at < clock_timestamp()
                                      - make_interval(secs => $2::bigint / 1000.0)))
       IS TRUE AS doubt
  FROM errand e
  JOIN funding_account a USING (account_id)
 WHERE e.errand_id = $1::bigint
   FOR NO KEY UPDATE OF e;
