-- outbox_list: events and how far they came, newest first.
--   $1 text    kind        a kind or class; '': all
--   $2 bool    undelivered only what some channel has not taken
--   $3 bigint  outbox_id   this one only; 0: all
--   $4 bigint  most
-- returns (outbox_id, event_id, kind, class, subject, title, detail, body, at_us,
--   waiting, delivered, given_up, tries, said): waiting: channels yet to take it
SELECT o.outbox_id, o.event_id, o.kind, o.class, o.subject, o.title, o.detail,
       o.body, (extract(epoch FROM o.at) * 1000000)::bigint AS at_us,
       d.waiting, d.delivered, d.given_up, d.tries, d.said
  FROM outbox o
 CROSS JOIN LATERAL (
       SELECT coalesce(string_agg(x.channel, ', ' ORDER BY x.channel)
                  FILTER (WHERE x.next_at IS NOT NULL), '') AS waiting,
              coalesce(string_agg(x.channel, ', ' ORDER BY x.channel)
                  FILTER (WHERE x.delivered_at IS NOT NULL), '') AS delivered,
              coalesce(string_agg(x.channel, ', ' ORDER BY x.channel)
                  FILTER (WHERE x.next_at IS NULL AND x.delivered_at IS NULL), '')
                  AS given_up,
              coalesce(max(x.tries), 0) AS tries,
              coalesce(string_agg(x.channel || ': ' || x.said, '; ')
                  FILTER (WHERE x.delivered_at IS NULL AND x.said <> ''), '') AS said
         FROM delivery x
        WHERE x.outbox_id = o.outbox_id) d
 WHERE ($1::text = '' OR o.kind = $1::text OR o.class = $1::text)
   AND (NOT $2::boolean OR o.spread_at IS NULL OR d.waiting <> '' OR d.given_up <> '')
   AND ($3::bigint = 0 OR o.outbox_id = $3::bigint)
 ORDER BY o.outbox_id DESC
 LIMIT $4::bigint;
