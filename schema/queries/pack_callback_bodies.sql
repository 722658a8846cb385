-- pack_callback_bodies: those callbacks themselves.
--   $1 bigint  run_id
-- returns (name, body)
SELECT 'callbacks/' || n.inbox_id AS name, n.body
  FROM inbox n
 WHERE n.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
 ORDER BY n.inbox_id;
