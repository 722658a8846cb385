-- batch_under_way: what of a run has been sent, or may have been: what is not
-- final yet, and what is.
--   $1 int   run_id
-- returns (open_batches, open_rows, open_minor, final_batches)
SELECT count(*) FILTER (WHERE state NOT IN ('done', 'refused')) AS open_batches,
       coalesce(sum(rows) FILTER (WHERE state NOT IN ('done', 'refused')), 0)
           AS open_rows,
       coalesce(sum(minor) FILTER (WHERE state NOT IN ('done', 'refused')), 0)::bigint
           AS open_minor,
       count(*) FILTER (WHERE state IN ('done', 'refused')) AS final_batches
  FROM batch
 WHERE run_id = $1::bigint
   AND state NOT IN ('ready', 'initiating', 'initiated', 'cancelled');
