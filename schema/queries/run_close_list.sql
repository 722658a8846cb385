-- run_close_list: settled runs with nothing in doubt and no open break, whose
-- sums were not found to differ in the last ten minutes.
-- returns (run_id)
SELECT r.run_id
  FROM run r
 WHERE r.state = 'settled'
   AND (r.recount_at IS NULL OR due_at(r.recount_at) < now() - interval '10 minutes')
   AND NOT EXISTS (SELECT 1 FROM batch b
                    WHERE b.run_id = r.run_id AND b.doubt_rows > 0)
   AND NOT EXISTS (SELECT 1 FROM break k
                    WHERE k.run_id = r.run_id
                      AND k.state IN ('open', 'assigned'))
 ORDER BY r.run_id;
