-- outbox_spread: hand new events to the channels that want them.
--   $1 text[]  channels  each as often as it wants something ...
--   $2 text[]  wants     ... of this class or kind; all: everything
-- returns (outbox_id), one row an event
WITH open AS (
    SELECT outbox_id, kind, class
      FROM outbox
     WHERE spread_at IS NULL
     ORDER BY outbox_id
     LIMIT 500
       FOR UPDATE SKIP LOCKED
), made AS (
    INSERT INTO delivery (outbox_id, channel)
    SELECT DISTINCT o.outbox_id, w.channel
      FROM open o
      JOIN unnest($1::text[], $2::text[]) AS w(channel, wants)
        ON w.wants IN ('all', o.class, o.kind) OR o.class = 'test'
    ON CONFLICT DO NOTHING
)
UPDATE outbox o
   SET spread_at = now()
  FROM open
 WHERE o.outbox_id = open.outbox_id
RETURNING o.outbox_id;
