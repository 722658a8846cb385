-- pack_matches: which line of a statement was found to be which payment, and by
-- what.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT m.line_id, m.batch_id, m.seq, m.book, m.role, m.how, m.minor,
               m.reconciliation_id AS reconciliation
          FROM statement_matched m
         WHERE m.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.line_id, x.batch_id, x.seq, x.role;
