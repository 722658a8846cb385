-- pack_answer_bodies: those answers themselves.
--   $1 bigint  run_id
-- returns (name, body)
SELECT 'answers/' || v.batch_id || '-' || v.event_no AS name, v.body
  FROM event v
 WHERE v.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
 ORDER BY v.batch_id, v.event_no;
