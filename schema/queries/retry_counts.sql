-- retry_counts: why payments of a run that did not arrive are not retried.
--   $1 bigint  run_id
-- returns (failed, doubt, retried, refs): how many certainly were not made, are
--   in doubt, have a living retry; and the runs that are it
SELECT (SELECT count(*) FROM outcome
         WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
           AND state IN ('failed', 'cancelled', 'returned')) AS failed,
       (SELECT coalesce(sum(doubt_rows), 0) FROM batch
         WHERE run_id = $1::bigint) AS doubt,
       (SELECT count(*) FROM retried t JOIN run r USING (run_id)
         WHERE t.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
           AND t.living AND r.state NOT IN ('rejected', 'expired')) AS retried,
       (SELECT coalesce(string_agg(DISTINCT r.ref, ', '), '')
          FROM retried t JOIN run r USING (run_id)
         WHERE t.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
           AND t.living AND r.state NOT IN ('rejected', 'expired')) AS refs;
