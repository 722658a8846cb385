-- delivery_left: how much is still to be told on these channels.
--   $1 text[]  channels
-- returns (due, later, given_up, unspread)
SELECT count(*) FILTER (WHERE next_at <= now()) AS due,
       count(*) FILTER (WHERE next_at > now()) AS later,
       count(*) FILTER (WHERE next_at IS NULL AND delivered_at IS NULL) AS given_up,
       (SELECT count(*) FROM outbox WHERE spread_at IS NULL) AS unspread
  FROM delivery
 WHERE channel = ANY ($1::text[]);
