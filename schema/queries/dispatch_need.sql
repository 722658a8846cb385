-- dispatch_need: what an account still has to release of a run, and what of
-- other runs, for which it was seen to have the money already, is not released
-- yet; each at most MONEY_MINOR_MAX, whatever the estimates say.
--   $1 bigint  account_id
--   $2 bigint  run_id
-- returns (minor, charges, promised)
SELECT least(coalesce(sum(b.minor) FILTER (WHERE b.run_id = $2::bigint), 0),
             9007199254740991)::bigint AS minor,
       least(coalesce(sum(b.charge_estimate_minor)
                      FILTER (WHERE b.run_id = $2::bigint), 0),
             9007199254740991)::bigint AS charges,
       least(coalesce(sum(b.minor::numeric + b.charge_estimate_minor)
                      FILTER (WHERE b.run_id <> $2::bigint), 0),
             9007199254740991)::bigint AS promised
  FROM batch b
  JOIN run r USING (run_id)
  JOIN run_account ra ON ra.run_id = b.run_id AND ra.account_id = b.account_id
 WHERE b.account_id = $1::bigint
   AND b.state IN ('ready', 'initiating', 'initiated')
   AND r.state = 'paying' AND r.cancelled_at IS NULL
   AND (r.run_id = $2::bigint OR ra.funds_at IS NOT NULL);
