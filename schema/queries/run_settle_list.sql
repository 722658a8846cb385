-- run_settle_list: runs that are being paid and whose batches are all final.
-- returns (run_id)
SELECT r.run_id
  FROM run r
 WHERE r.state IN ('paying', 'paused')
   AND NOT EXISTS (SELECT 1 FROM batch b
                    WHERE b.run_id = r.run_id
                      AND b.state NOT IN ('done', 'refused', 'cancelled'))
 ORDER BY r.run_id;
