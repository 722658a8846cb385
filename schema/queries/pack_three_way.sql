-- pack_three_way: what was asked, sent, answered and moved, of each of them.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT t.reconciliation_id AS reconciliation, t.hop, t.rows, t.minor
          FROM three_way t
         WHERE t.run_id = $1::bigint) x
 ORDER BY x.reconciliation, x.hop;
