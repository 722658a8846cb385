-- dispatch_content: the part of a run's digest that is not its batches, and
-- the digest that was approved.
--   $1 bigint  run_id
-- returns (account, provider, live, period, kind, pay_date, ccy, narration,
--   rows, minor, file_sha256, approved), or nothing: it is not approved, a
--   batch is of another currency or environment, or what each account pays is
--   not what stands in run_account
SELECT v.account, v.provider, v.live, v.period, v.kind, v.pay_date, v.ccy,
       v.narration, v.rows, v.minor, v.file_sha256, p.digest AS approved
  FROM run_view v
  JOIN approval p ON p.run_id = v.run_id AND p.digest = v.digest
 WHERE v.run_id = $1::bigint AND p.level = 1
   AND NOT EXISTS (SELECT 1
                     FROM batch b
                     JOIN funding_account a USING (account_id)
                    WHERE b.run_id = v.run_id
                      AND (b.ccy <> v.ccy OR a.ccy <> v.ccy
                           OR a.live <> v.live))
   AND NOT EXISTS (SELECT 1
                     FROM (SELECT account_id, sum(rows) AS rows,
                                  sum(minor) AS minor
                             FROM batch
                            WHERE run_id = $1::bigint
                            GROUP BY account_id) b
                     FULL JOIN (SELECT account_id, rows, minor
                                  FROM run_account
                                 WHERE run_id = $1::bigint) ra
                          USING (account_id)
                    WHERE b.rows IS DISTINCT FROM ra.rows
                       OR b.minor IS DISTINCT FROM ra.minor);
