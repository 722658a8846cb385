-- plan_shares: what each account pays of a run by each rail.
--   $1 int  run_id
-- returns (account, provider, two_phase, rail, payments, minor, charge_minor,
--   batches, split_rows, largest_minor) in the order of the batches
SELECT a.name AS account, a.provider, a.two_phase, b.rail,
       sum(b.rows)::bigint AS payments, sum(b.minor)::bigint AS minor,
       sum(b.charge_estimate_minor)::bigint AS charge_minor,
       count(*) AS batches, coalesce(sum(i.split_rows), 0)::bigint AS split_rows,
       coalesce(max(i.largest_minor), 0) AS largest_minor
  FROM batch b
  JOIN funding_account a ON a.account_id = b.account_id
  LEFT JOIN (SELECT batch_id, max(minor) AS largest_minor,
                    count(*) FILTER (WHERE part = 1) AS split_rows
               FROM instruction
              WHERE batch_id BETWEEN $1::bigint * 100000
                                 AND $1::bigint * 100000 + 99999
              GROUP BY batch_id) i USING (batch_id)
 WHERE b.run_id = $1::bigint
 GROUP BY a.name, a.provider, a.two_phase, b.rail
 ORDER BY min(b.batch_id);
