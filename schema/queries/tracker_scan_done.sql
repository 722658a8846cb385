-- tracker_scan_done: the batches of a scan were looked at.  One that became
-- due while it was read, by a callback or because it was only sent then, stays
-- due; a batch that is with the provider is never forgotten.
--   $1 bigint[]  batch_ids
--   $2 bigint[]  next_ms    -1: never again
--   $3 bool[]    doubted    nothing is open in it, but something in doubt
--   $4 bigint    began_us
-- returns (batch_id)
WITH looked AS (
    SELECT batch_id FROM batch
     WHERE batch_id = ANY ($1::bigint[])
     ORDER BY batch_id
       FOR NO KEY UPDATE
)
UPDATE batch b
   SET polls = b.polls + 1, misses = 0,
       final_polls = CASE WHEN s.doubted THEN b.final_polls + 1 ELSE 0 END,
       poll_at = CASE
           WHEN b.poll_at > to_timestamp($4::bigint / 1000000.0)
                AND b.poll_at <= now() THEN b.poll_at
           WHEN s.next_ms >= 0
           THEN now() + s.next_ms * interval '1 millisecond'
           WHEN b.state IN ('in_flight', 'in_doubt')
           THEN coalesce(b.poll_at, now()) END
  FROM looked l
  JOIN unnest($1::bigint[], $2::bigint[], $3::boolean[])
       AS s(batch_id, next_ms, doubted) USING (batch_id)
 WHERE b.batch_id = l.batch_id
RETURNING b.batch_id;
