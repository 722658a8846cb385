-- break_open: how many breaks are open.
--   $1 int    run_id      0: of accounts
--   $2 int[]  accounts
-- returns (n)
SELECT count(*) AS n
  FROM break
 WHERE state IN ('open', 'assigned')
   AND CASE WHEN $1::bigint > 0 THEN run_id = $1::bigint
            ELSE account_id = ANY ($2::bigint[]) END;
