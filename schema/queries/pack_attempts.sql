-- pack_attempts: every request about a run's batches: what it was, when it was
-- made, left and was answered.  Without the key of its callback paths.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT t.batch_id, t.attempt_no AS attempt, t.step, t.epoch, t.worker,
               t.tracking_id, t.rows, t.minor, t.body_bytes,
               encode(t.body_sha256, 'hex') AS body_sha256, t.made_at,
               t.left_at, t.answered_at, t.http, t.answer, t.detail,
               t.event_no AS event
          FROM attempt t
         WHERE t.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.batch_id, x.attempt;
