-- correct_tie: tie the rows of a corrected file to the payments they stand for;
-- also one that pays more, which got this far because two people want it.
-- The unique key on living retries refuses a second one.
--   $1 int   run_id   the new one
--   $2 text  period   YYYY-MM
-- returns (n)
WITH tied AS (
    INSERT INTO retried (run_id, line_no, new_batch_id, new_seq, batch_id, seq,
                         minor)
    SELECT $1::bigint, line_no, batch_id, seq, old_batch, old_seq, minor
      FROM rows_corrected($1::bigint, $2::text)
     WHERE verdict IN ('tied', 'more')
    RETURNING batch_id
), said AS (
    UPDATE run
       SET corrects = true, parent = (SELECT min(batch_id) / 100000 FROM tied)
     WHERE run_id = $1::bigint AND EXISTS (SELECT 1 FROM tied)
)
SELECT count(*) AS n FROM tied;
