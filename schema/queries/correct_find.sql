-- correct_find: rows of a new run that say they correct a row of another, and do
-- not, or pay more than is unpaid of it.  Between intake_hash_joins.
--   $1 int   run_id   the new one
--   $2 text  period   YYYY-MM
--   $3 int   most     how many to name; all are counted
-- returns (line_no, account, name, minor, says, unpaid, verdict, total) by line
SELECT line_no, account, name, minor, says, coalesce(unpaid, 0) AS unpaid,
       verdict, count(*) OVER () AS total
  FROM rows_corrected($1::bigint, $2::text)
 WHERE verdict NOT IN ('tied', 'held')
 ORDER BY line_no
 LIMIT $3::bigint;
