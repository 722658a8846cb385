-- morning_doubt: what is in doubt, since when, and when it is asked about next.
--   $1 bigint  most
-- returns (ref, number, account, rows, minor, ccy, since_us, next_us), the
--   oldest first; next_us 0: as soon as a worker is there
SELECT d.ref, d.number, d.account, d.rows, d.minor, d.ccy,
       coalesce((extract(epoch FROM d.since) * 1000000)::bigint, 0) AS since_us,
       coalesce((extract(epoch FROM least(d.poll_at,
           (SELECT min(s.next_at) FROM sought s WHERE s.batch_id = d.batch_id)))
           * 1000000)::bigint, 0) AS next_us
  FROM doubt_view d
 ORDER BY d.since, d.batch_id
 LIMIT $1::bigint;
