-- lineage_gone: what left, by the journals of a hold, that this database did not
-- know, by run.
--   $1 int  hold_id
-- returns (run_ref, period, kind, account, ccy, here, batches, rows, minor):
--   here: the batches are in the book
SELECT l.run_ref, l.period::text AS period, l.kind, l.account, l.ccy::text AS ccy,
       b.batch_id IS NOT NULL AS here, count(*) AS batches,
       sum(l.rows)::bigint AS rows, sum(l.minor)::bigint AS minor
  FROM lineage_left l
  LEFT JOIN batch b ON b.batch_id = l.batch_id AND b.digest = l.digest
 WHERE l.hold_id = $1::bigint
 GROUP BY 1, 2, 3, 4, 5, 6
 ORDER BY 2, 1, 6;
