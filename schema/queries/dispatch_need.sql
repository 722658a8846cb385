-- dispatch_need: what an account still has to release of a run, and what of
-- other runs, for which it was seen to have the money already, is not released
-- yet; each at most MONEY_MINOR_MAX, whatever the estimates say.  Where groups
-- were approved, what was promised to one counts, of this run too.
--   $1 bigint  account_id
--   $2 bigint  run_id
-- returns (minor, charges, promised)
SELECT least(coalesce(sum(b.minor) FILTER (WHERE b.run_id = $2::bigint AND g.funds_at IS NULL), 0),
             9007199254740991)::bigint AS minor,
       least(coalesce(sum(b.charge_estimate_minor)
                      FILTER (WHERE b.run_id = $2::bigint AND g.funds_at IS NULL), 0),
             9007199254740991)::bigint AS charges,
       least(coalesce(sum(b.minor::numeric + b.charge_estimate_minor)
                      FILTER (WHERE CASE WHEN b.group_no > 0 THEN g.funds_at IS NOT NULL
                                         ELSE b.run_id <> $2::bigint END), 0),
             9007199254740991)::bigint AS promised
  FROM batch b
  JOIN run r USING (run_id)
  JOIN run_account ra ON ra.run_id = b.run_id AND ra.account_id = b.account_id
  LEFT JOIN run_group g ON g.run_id = b.run_id AND g.group_no = b.group_no
                       AND g.account_id = b.account_id
 WHERE b.account_id = $1::bigint
   AND b.state IN ('ready', 'initiating', 'initiated')
   AND r.state = 'paying' AND r.cancelled_at IS NULL
   AND (r.run_id = $2::bigint OR ra.funds_at IS NOT NULL
        OR g.funds_at IS NOT NULL);
