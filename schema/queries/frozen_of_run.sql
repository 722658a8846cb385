-- frozen_of_run: the first payment of a run whose payee fell in doubt in another
-- run of the period after this one was uploaded, and how many there are.  Only
-- of batches nothing of which was released.
--   $1 int  run_id
-- returns (run_id, run_ref, line_no, name, other_ref, other_line, total), or
--   nothing
SELECT r.run_id, r.ref AS run_ref, f.line_no, f.name, o.ref AS other_ref,
       f.other_line, count(*) OVER () AS total
  FROM run r
 CROSS JOIN LATERAL rows_frozen(r.run_id, 0) f
  JOIN batch b ON b.batch_id = f.batch_id
              AND b.state IN ('ready', 'initiating', 'initiated')
  JOIN run o ON o.run_id = f.other_run
 WHERE r.run_id = $1::bigint
 ORDER BY f.line_no, o.run_id
 LIMIT 1;
