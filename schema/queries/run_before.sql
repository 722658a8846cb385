-- run_before: the last run of the same account and kind before this one;
-- rejected and cancelled ones do not count.
--   $1 int   run_id
-- returns (run_id) or nothing
SELECT b.run_id
  FROM run r
  JOIN run b ON b.account_id = r.account_id AND b.kind = r.kind
            AND b.run_id <> r.run_id
            AND (b.period, b.run_id) < (r.period, r.run_id)
 WHERE r.run_id = $1::bigint
   AND b.state NOT IN ('rejected', 'cancelled', 'expired')
 ORDER BY b.period DESC, b.run_id DESC
 LIMIT 1;
