-- correct_let_go: what a run says it corrects, and a rejected or expired run held:
-- as retry_let_go.
--   $1 int   run_id
--   $2 text  period   YYYY-MM
-- returns nothing
UPDATE retried t
   SET living = false
  FROM run r, rows_corrected($1::bigint, $2::text) c
 WHERE t.living AND t.batch_id = c.old_batch AND t.seq = c.old_seq
   AND r.run_id = t.run_id AND r.state IN ('rejected', 'expired');
