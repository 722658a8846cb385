-- delivery_resend: tell an event again, as it was told: the same name and bytes.
--   $1 bigint  outbox_id  0: all that was given up or waits
--   $2 text    channel    '': all of them
-- returns (outbox_id), one row a delivery
UPDATE delivery
   SET next_at = now(), delivered_at = NULL, tries = 0
 WHERE ($1::bigint = 0 OR outbox_id = $1::bigint)
   AND ($1::bigint > 0 OR delivered_at IS NULL)
   AND ($2::text = '' OR channel = $2::text)
RETURNING outbox_id;
