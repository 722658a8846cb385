-- report_ageing: how long what has no end yet has been open, by state.
--   $1 bigint[]  run_ids
-- returns (age, doubt_rows, doubt_minor, sent_rows, sent_minor, waiting_rows,
--   waiting_minor); age: 0 under an hour, 1 a day, 2 three days, 3 a week,
--   4 longer
WITH open AS (
    SELECT o.at AS since, 'doubt' AS state, 1::bigint AS n, o.minor AS m
      FROM unnest($1::bigint[]) AS r(run_id)
      JOIN outcome o ON o.batch_id BETWEEN r.run_id * 100000
                                       AND r.run_id * 100000 + 99999
     WHERE o.state = 'in_doubt'
    UNION ALL
    SELECT state_at,
           CASE WHEN state IN ('ready', 'initiating', 'initiated')
                THEN 'waiting' ELSE 'sent' END,
           rows - paid_rows - failed_rows - doubt_rows - cancelled_rows,
           minor - paid_minor - failed_minor - doubt_minor - cancelled_minor
      FROM batch
     WHERE run_id = ANY ($1::bigint[])
       AND state <> 'cancelled'
       AND rows > paid_rows + failed_rows + doubt_rows + cancelled_rows
)
SELECT width_bucket(extract(epoch FROM now() - since),
                    ARRAY[3600, 86400, 259200, 604800]::numeric[]) AS age,
       coalesce(sum(n) FILTER (WHERE state = 'doubt'), 0)::bigint AS doubt_rows,
       coalesce(sum(m) FILTER (WHERE state = 'doubt'), 0)::bigint AS doubt_minor,
       coalesce(sum(n) FILTER (WHERE state = 'sent'), 0)::bigint AS sent_rows,
       coalesce(sum(m) FILTER (WHERE state = 'sent'), 0)::bigint AS sent_minor,
       coalesce(sum(n) FILTER (WHERE state = 'waiting'), 0)::bigint AS waiting_rows,
       coalesce(sum(m) FILTER (WHERE state = 'waiting'), 0)::bigint AS waiting_minor
  FROM open
 GROUP BY age
 ORDER BY age;
