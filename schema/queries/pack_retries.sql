-- pack_retries: payments of a run that pay failures of another again, and
-- failures of it that another pays again.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT r.ref AS run, t.line_no AS line, t.new_batch_id, t.new_seq,
               p.ref AS instead_of_run, t.batch_id, t.seq, t.minor, t.living
          FROM retried t
          JOIN run r ON r.run_id = t.run_id
          JOIN run p ON p.run_id = t.batch_id / 100000
         WHERE t.run_id = $1::bigint
            OR t.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.new_batch_id, x.new_seq;
