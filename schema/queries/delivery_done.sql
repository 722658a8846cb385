-- delivery_done: what became of a try.
--   $1 bigint  outbox_id
--   $2 text    channel
--   $3 int     tries      as claimed: somebody else's try is not ours
--   $4 bool    delivered
--   $5 bigint  wait_ms    not delivered: try again then; -1: give up
--   $6 text    said
-- returns (outbox_id), or nothing
UPDATE delivery
   SET delivered_at = CASE WHEN $4::boolean THEN now() END,
       next_at = CASE WHEN NOT $4::boolean AND $5::bigint >= 0
                      THEN now() + $5::bigint * interval '1 millisecond' END,
       said = $6::text
 WHERE outbox_id = $1::bigint AND channel = $2::text AND tries = $3::integer
   AND next_at IS NOT NULL
RETURNING outbox_id;
