-- tracker_slow: a released file that has had payments without any answer for
-- a long time, and that nobody was told of.
--   $1 bigint  slow_ms
--   $2 text    event     as tracker_tell_once wrote it
-- returns (batch_id), or nothing
SELECT b.batch_id
  FROM batch b
 WHERE b.state IN ('in_flight', 'in_doubt')
   AND b.state_at < now() - $1::bigint * interval '1 millisecond'
   AND b.paid_rows + b.failed_rows + b.doubt_rows + b.cancelled_rows < b.rows
   AND NOT EXISTS (SELECT 1 FROM history h
                    WHERE h.run_id = b.run_id AND h.batch_id = b.batch_id
                      AND h.on_event = $2::text)
 ORDER BY b.state_at
 LIMIT 1;
