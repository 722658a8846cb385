-- tracker_last_approve: how the last approve of a batch ended.
--   $1 bigint  batch_id
-- returns (answer, detail), answer '' when there was none
SELECT coalesce(answer, '') AS answer, left(detail, 250) AS detail
  FROM attempt
 WHERE batch_id = $1::bigint AND step = 'approve'
 ORDER BY attempt_no DESC
 LIMIT 1;
