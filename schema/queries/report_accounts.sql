-- report_accounts: what became of each account's part of a run, recounted
-- from instruction and outcome.
--   $1 bigint  run_id
-- returns (account_id, book_rows, book_minor, sent_rows, sent_minor,
--   waiting_rows, waiting_minor, withdrawn_rows, withdrawn_minor, flight_rows,
--   flight_minor, paid_rows, paid_minor, failed_rows, failed_minor, doubt_rows,
--   doubt_minor, cancelled_rows, cancelled_minor, charge_minor)
WITH line AS (
    SELECT b.account_id, i.minor, o.charge_minor,
           b.state IN ('ready', 'initiating', 'initiated') AS waits,
           b.state = 'cancelled' AS withdrawn,
           CASE WHEN o.state IN ('returned', 'reversed') THEN 'failed'
                ELSE o.state END AS state
      FROM instruction i
      JOIN batch b ON b.batch_id = i.batch_id
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
     WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND b.run_id = $1::bigint
)
SELECT account_id, count(*) AS book_rows, sum(minor)::bigint AS book_minor,
       count(*) FILTER (WHERE NOT waits AND NOT withdrawn) AS sent_rows,
       coalesce(sum(minor) FILTER (WHERE NOT waits AND NOT withdrawn), 0)::bigint AS sent_minor,
       count(*) FILTER (WHERE waits) AS waiting_rows,
       coalesce(sum(minor) FILTER (WHERE waits), 0)::bigint AS waiting_minor,
       count(*) FILTER (WHERE withdrawn) AS withdrawn_rows,
       coalesce(sum(minor) FILTER (WHERE withdrawn), 0)::bigint AS withdrawn_minor,
       count(*) FILTER (WHERE state IS NULL AND NOT waits AND NOT withdrawn) AS flight_rows,
       coalesce(sum(minor) FILTER (WHERE state IS NULL AND NOT waits AND NOT withdrawn), 0)::bigint AS flight_minor,
       count(*) FILTER (WHERE state = 'paid') AS paid_rows,
       coalesce(sum(minor) FILTER (WHERE state = 'paid'), 0)::bigint AS paid_minor,
       count(*) FILTER (WHERE state = 'failed') AS failed_rows,
       coalesce(sum(minor) FILTER (WHERE state = 'failed'), 0)::bigint AS failed_minor,
       count(*) FILTER (WHERE state = 'in_doubt') AS doubt_rows,
       coalesce(sum(minor) FILTER (WHERE state = 'in_doubt'), 0)::bigint AS doubt_minor,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled_rows,
       coalesce(sum(minor) FILTER (WHERE state = 'cancelled'), 0)::bigint AS cancelled_minor,
       coalesce(sum(charge_minor), 0)::bigint AS charge_minor
  FROM line
 GROUP BY account_id;
