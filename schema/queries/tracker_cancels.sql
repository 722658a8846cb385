-- tracker_cancels: how often a file was to be cancelled, and how often the
-- provider refused that.
--   $1 bigint  batch_id
--   $2 text    tracking_id
-- returns (made, refused)
SELECT count(*) AS made,
       count(*) FILTER (WHERE answer IN ('refused', 'barred')) AS refused
  FROM attempt
 WHERE batch_id = $1::bigint AND step = 'cancel' AND tracking_id = $2::text;
