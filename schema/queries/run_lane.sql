-- run_lane: is the lane of a run's funding account closed, and why?
--   $1 int   run_id
-- returns (lane_closed, lane_why)
SELECT a.lane_closed,
       CASE WHEN octet_length(a.lane_why) < 512 THEN a.lane_why
            ELSE left(a.lane_why, 120) || ' ...' END AS lane_why
  FROM run r JOIN funding_account a USING (account_id)
 WHERE r.run_id = $1::bigint;
