-- tracker_on_wire: how long an approve of a batch may still be on its way: one
-- that left and was not answered counts for answer_ms after it left.
--   $1 bigint  batch_id
--   $2 bigint  answer_ms
-- returns (ms), 0: none is
SELECT coalesce(greatest(0, ceil(extract(epoch FROM
           max(left_at) + $2::bigint * interval '1 millisecond'
           - clock_timestamp()) * 1000)), 0)::bigint AS ms
  FROM attempt
 WHERE batch_id = $1::bigint AND step = 'approve'
   AND left_at IS NOT NULL
   AND (answer IS NULL OR answer NOT IN ('taken', 'refused'));
