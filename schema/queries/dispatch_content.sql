-- dispatch_content: the part of a run's digest that is not its batches, and
-- the digest that was approved.
--   $1 bigint  run_id
-- returns (account, provider, live, period, kind, pay_date, ccy, narration,
--   rows, minor, file_sha256, approved), or nothing when it is not approved
SELECT v.account, v.provider, v.live, v.period, v.kind, v.pay_date, v.ccy,
       v.narration, v.rows, v.minor, v.file_sha256, p.digest AS approved
  FROM run_view v
  JOIN approval p ON p.run_id = v.run_id AND p.digest = v.digest
 WHERE v.run_id = $1::bigint AND p.level = 1
   AND NOT EXISTS (SELECT 1 FROM batch b JOIN run r USING (run_id)
                    WHERE b.run_id = v.run_id
                      AND (b.account_id <> r.account_id OR b.ccy <> r.ccy));
