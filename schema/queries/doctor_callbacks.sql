-- doctor_callbacks: what was refused of what came to the callback addresses.
-- returns (looked_at, turned, today, peer): of all providers; today: the last
--   one came within a day; peer: from where
SELECT coalesce(sum(looked_at), 0)::bigint AS looked_at,
       coalesce(sum(turned), 0)::bigint AS turned,
       coalesce(max(last_at) > now() - interval '1 day', false) AS today,
       coalesce((SELECT last_peer FROM refused_callback
                  ORDER BY last_at DESC LIMIT 1), '') AS peer
  FROM refused_callback;
