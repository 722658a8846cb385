-- morning_runs: runs that were due or moved in a span, or are under way.
--   $1 bigint  from_us
--   $2 bigint  until_us
--   $3 bigint  most
-- returns (run_id, total), in order
WITH span AS (
    SELECT to_timestamp($1::bigint / 1000000.0) AS since,
           to_timestamp($2::bigint / 1000000.0) AS until
)
SELECT r.run_id, count(*) OVER () AS total
  FROM run r, span s
 WHERE r.state NOT IN ('draft', 'submitted', 'rejected')
   AND (r.state IN ('paying', 'paused')
        OR (r.pay_date > (s.since AT TIME ZONE 'Africa/Nairobi')::date
            AND r.pay_date <= (s.until AT TIME ZONE 'Africa/Nairobi')::date)
        OR EXISTS (SELECT 1 FROM history h
                    WHERE h.run_id = r.run_id AND h.at >= s.since
                      AND h.at < s.until AND h.batch_id IS NULL
                      AND h.to_state <> 'submitted'))
 ORDER BY r.run_id
 LIMIT $3::bigint;
