-- morning_alerts: what somebody was called for in a span.
--   $1 bigint  from_us
--   $2 bigint  until_us
--   $3 bigint  most
-- returns (at_us, title, told): told: by which channels
SELECT (extract(epoch FROM o.at) * 1000000)::bigint AS at_us, o.title,
       coalesce((SELECT string_agg(d.channel, ', ' ORDER BY d.channel)
                   FROM delivery d
                  WHERE d.outbox_id = o.outbox_id
                    AND d.delivered_at IS NOT NULL), '') AS told
  FROM outbox o
 WHERE o.class = 'alert' AND o.at >= to_timestamp($1::bigint / 1000000.0)
   AND o.at < to_timestamp($2::bigint / 1000000.0)
 ORDER BY o.outbox_id
 LIMIT $3::bigint;
