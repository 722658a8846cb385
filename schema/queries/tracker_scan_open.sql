-- tracker_scan_open: the batches a scan was about: those it covered, because
-- they left before it began and not before what it read; and those that were
-- due all the same.
--   $1 bigint  account_id
--   $2 bigint  began_us
--   $3 bigint  oldest_s
-- returns (batch_id, follows, polls, final_polls, open, doubt, covered,
--   waits, proven) in order: follows is false for one that is not with the
--   provider; waits: it is to be sent again; proven: and the provider has a
--   number for it
SELECT b.batch_id, b.state IN ('in_flight', 'in_doubt') AS follows, b.polls,
       b.final_polls, b.rows - b.paid_rows - b.failed_rows - b.cancelled_rows
                      - b.doubt_rows AS open, b.doubt_rows AS doubt,
       t.left_at IS NOT NULL AND floor(extract(epoch FROM t.left_at)) >= $3::bigint
           AS covered,
       b.state = 'ready' AS waits,
       b.state = 'ready'
       AND EXISTS (SELECT 1 FROM placed p WHERE p.batch_id = b.batch_id)
           AS proven
  FROM batch b
  LEFT JOIN attempt t ON t.batch_id = b.batch_id AND t.attempt_no = b.left_no
 WHERE b.account_id = $1::bigint AND b.poll_at IS NOT NULL
   AND b.state <> 'sending'
   AND (t.left_at IS NULL
        OR due_at(t.left_at) <= to_timestamp($2::bigint / 1000000.0))
   AND (due_at(b.poll_at) <= to_timestamp($2::bigint / 1000000.0)
        OR (b.state IN ('in_flight', 'in_doubt')
            AND floor(extract(epoch FROM t.left_at)) >= $3::bigint))
 ORDER BY b.batch_id;
