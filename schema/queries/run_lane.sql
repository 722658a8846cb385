-- run_lane: who pays a run, and is the lane of one of them closed, and why?
--   $1 int   run_id
-- returns (accounts, lane_closed, lane_why, halted, canary): the names, the run's own
--   first; the name stands before the reason when there are several; halted:
--   who paused everything, and why; '' when nobody did; canary: for which
--   batch everything else of it waits; '' when for none
WITH payer AS (
    SELECT a.name, a.lane_closed, a.lane_why, a.account_id = r.account_id AS own,
           count(*) OVER () AS n
      FROM run_account ra
      JOIN run r USING (run_id)
      JOIN funding_account a ON a.account_id = ra.account_id
     WHERE ra.run_id = $1::bigint
), said AS (
    SELECT CASE WHEN n > 1 THEN name || ': ' ELSE '' END || lane_why AS why
      FROM payer
     WHERE lane_closed
     ORDER BY NOT own, name
     LIMIT 1
), named AS (
    SELECT string_agg(name, ', ' ORDER BY NOT own, name) AS names FROM payer
)
SELECT CASE WHEN octet_length(names) < 256 THEN names
            ELSE left(names, 60) || ' ...' END AS accounts,
       EXISTS (SELECT 1 FROM said) AS lane_closed,
       (SELECT CASE WHEN octet_length(why) < 512 THEN why
                    ELSE left(why, 120) || ' ...' END FROM said) AS lane_why,
       (SELECT CASE WHEN hold_id IS NOT NULL
                    THEN 'a hold, because history went backwards ('
                         || left(why, 100) || '): payrun lineage'
                    WHEN paused THEN coalesce(by, 'payrun') || ': '
                         || left(why, 100) ELSE '' END
          FROM standstill) AS halted,
       coalesce((SELECT 'batch ' || b.number || ' (' || b.rows
                        || ' payments of ' || a.name || ')'
                   FROM canary c
                   JOIN batch b USING (batch_id)
                   JOIN funding_account a ON a.account_id = c.account_id
                  WHERE c.run_id = $1::bigint AND NOT canary_passed(c)
                    AND EXISTS (SELECT 1 FROM batch w
                                 WHERE w.run_id = c.run_id
                                   AND w.account_id = c.account_id
                                   AND w.batch_id <> c.batch_id
                                   AND w.state IN ('ready', 'initiated'))
                  ORDER BY c.at DESC LIMIT 1), '') AS canary
  FROM named;
