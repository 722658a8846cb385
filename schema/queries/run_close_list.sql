-- run_close_list: settled runs with nothing in doubt, whose sums were not
-- found to differ in the last ten minutes.
-- returns (run_id)
SELECT r.run_id
  FROM run r
 WHERE r.state = 'settled'
   AND (r.recount_at IS NULL OR r.recount_at < now() - interval '10 minutes')
   AND NOT EXISTS (SELECT 1 FROM batch b
                    WHERE b.run_id = r.run_id AND b.doubt_rows > 0)
 ORDER BY r.run_id;
