-- pack_batches: the batches of a run, for its evidence pack.
--   $1 bigint  run_id
-- returns (line); grouped: its group, as the digest has it; account and provider: of who pays it; own: it is the run's
SELECT row_to_json(x)::text AS line
  FROM (SELECT b.batch_id, b.number, a.name AS account, a.provider,
               group_words(b.run_id, b.group_no, b.account_id) AS grouped,
               b.account_id = r.account_id AS own, a.two_phase, b.rail, b.rows,
               b.minor, b.ccy::text AS ccy, encode(b.digest, 'hex') AS digest,
               b.state, b.state_why, b.state_at, b.attempts, b.tracking_id,
               b.file_alias, b.provider_code, b.provider_at, b.paid_on,
               b.charge_estimate_minor, b.charge_minor, b.paid_rows,
               b.paid_minor, b.failed_rows, b.failed_minor, b.doubt_rows,
               b.doubt_minor, b.cancelled_rows, b.cancelled_minor
          FROM batch b
          JOIN run r USING (run_id)
          JOIN funding_account a ON a.account_id = b.account_id
         WHERE b.run_id = $1::bigint) x
 ORDER BY x.batch_id;
