-- dispatch_differs: how often the answers about one batch were not what was
-- sent.
--   $1 bigint  run_id
--   $2 bigint  batch_id
--   $3 text    the event's name
-- returns (n)
SELECT count(*) AS n
  FROM history
 WHERE run_id = $1::bigint AND batch_id = $2::bigint AND on_event = $3::text;
