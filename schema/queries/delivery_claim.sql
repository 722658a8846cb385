-- delivery_claim: the next event that is due on one of these channels, new ones
-- first; nobody else tries it meanwhile.
--   $1 text[]  channels
--   $2 bigint  hold_s   if we die: due again then
-- returns (outbox_id, channel, tries, event_id, kind, subject, title, detail,
--   body), or nothing
UPDATE delivery d
   SET tries = d.tries + 1, next_at = now() + make_interval(secs => $2::bigint)
  FROM (SELECT x.outbox_id, x.channel
          FROM delivery x
         WHERE x.next_at <= now() AND x.channel = ANY ($1::text[])
         ORDER BY x.tries > 0, x.next_at, x.outbox_id
         LIMIT 1
           FOR UPDATE SKIP LOCKED) due
  JOIN outbox o USING (outbox_id)
 WHERE d.outbox_id = due.outbox_id AND d.channel = due.channel
RETURNING d.outbox_id, d.channel, d.tries, o.event_id, o.kind, o.subject,
          o.title, o.detail, o.body;
