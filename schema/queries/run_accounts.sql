-- run_accounts: the accounts that pay a run, the run's own first, with the
-- counters of their batches.
--   $1 int   run_id
-- returns (account_id, account, provider, wallet, own, two_phase, rows, minor,
--   charge_estimate_minor, funds_seen, funds_note, lane_closed, lane_why,
--   batches, rails, paid_rows, paid_minor, failed_rows, failed_minor,
--   doubt_rows, doubt_minor, cancelled_rows, cancelled_minor, charge_minor)
SELECT a.account_id, a.name AS account, a.provider,
       coalesce(a.wallet_id, '') AS wallet, a.account_id = r.account_id AS own,
       a.two_phase, ra.rows, ra.minor, ra.charge_estimate_minor,
       ra.funds_at IS NOT NULL AS funds_seen,
       CASE WHEN octet_length(ra.funds_note) < 512 THEN ra.funds_note
            ELSE left(ra.funds_note, 120) || ' ...' END AS funds_note,
       a.lane_closed,
       CASE WHEN octet_length(a.lane_why) < 512 THEN a.lane_why
            ELSE left(a.lane_why, 120) || ' ...' END AS lane_why,
       b.batches, b.rails,
       b.paid_rows, b.paid_minor, b.failed_rows, b.failed_minor, b.doubt_rows,
       b.doubt_minor, b.cancelled_rows, b.cancelled_minor, b.charge_minor
  FROM run_account ra
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = ra.account_id
 CROSS JOIN LATERAL (
           SELECT count(*) AS batches,
                  coalesce(string_agg(DISTINCT rail, ', '), '') AS rails,
                  coalesce(sum(paid_rows), 0) AS paid_rows,
                  coalesce(sum(paid_minor), 0)::bigint AS paid_minor,
                  coalesce(sum(failed_rows), 0) AS failed_rows,
                  coalesce(sum(failed_minor), 0)::bigint AS failed_minor,
                  coalesce(sum(doubt_rows), 0) AS doubt_rows,
                  coalesce(sum(doubt_minor), 0)::bigint AS doubt_minor,
                  coalesce(sum(cancelled_rows), 0) AS cancelled_rows,
                  coalesce(sum(cancelled_minor), 0)::bigint AS cancelled_minor,
                  coalesce(sum(charge_minor), 0)::bigint AS charge_minor
             FROM batch
            WHERE run_id = ra.run_id AND account_id = ra.account_id) b
 WHERE ra.run_id = $1::bigint
 ORDER BY a.account_id <> r.account_id, a.name;
