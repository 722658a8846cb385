-- explain_run: the doubles of a run that nobody explained.
--   $1 int  run_id
-- returns (doubles, upto): upto is the last of them
SELECT count(*) AS doubles, coalesce(max(history_id), 0) AS upto
  FROM unexplained
 WHERE run_id = $1::bigint;
