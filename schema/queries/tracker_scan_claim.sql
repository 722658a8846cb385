-- tracker_scan_claim: a scan of an account's payments, if one is due and
-- nobody reads: for all batches whose poll_at has come, as far back as the
-- oldest request of them, but not further than back_ms; except for one that
-- is looked at only once, because it was refused and waits to be sent again, or
-- was over and contradicted: however long ago that was.  A request that left in
-- the future left before the database's clock went back: nobody knows when.
--   $1 bigint  account_id
--   $2 bigint  hold_ms
--   $3 bigint  back_ms
-- returns (began_us, oldest_s, misses): microseconds and seconds since 1970;
--   or nothing
WITH due AS (
    SELECT min(l.at) AS oldest,
           min(l.at) FILTER (WHERE b.state NOT IN ('in_flight', 'in_doubt'))
               AS once
      FROM batch b
      LEFT JOIN attempt t ON t.batch_id = b.batch_id
                         AND t.attempt_no = b.left_no
     CROSS JOIN LATERAL (
         SELECT CASE WHEN t.left_at > now() + interval '1 minute'
                     THEN now() - $3::bigint * interval '1 millisecond'
                     ELSE t.left_at END AS at) l
     WHERE b.account_id = $1::bigint AND due_at(b.poll_at) <= now()
       AND b.state <> 'sending'
    HAVING count(*) > 0
), held AS (
    INSERT INTO scan (account_id, held_until)
    SELECT $1::bigint, now() + $2::bigint * interval '1 millisecond'
      FROM due
        ON CONFLICT (account_id) DO UPDATE
       SET held_until = excluded.held_until
     WHERE due_at(scan.held_until) <= now() AND due_at(scan.not_before) <= now()
    RETURNING misses
)
SELECT (extract(epoch FROM now()) * 1000000)::bigint AS began_us,
       floor(extract(epoch FROM least(once, greatest(
           coalesce(oldest, now()),
           now() - $3::bigint * interval '1 millisecond'))))::bigint AS oldest_s,
       misses
  FROM held, due;
