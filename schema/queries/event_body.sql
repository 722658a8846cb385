-- event_body: the bytes of one raw answer.
--   $1 int   batch_id
--   $2 int   event_no
-- returns (body)
SELECT body FROM event
 WHERE batch_id = $1::bigint AND event_no = $2::bigint;
