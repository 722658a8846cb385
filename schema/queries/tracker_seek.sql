-- tracker_seek: payments of some batches that have no end yet are asked for
-- one by one from now on, except those that a scan has just seen.
--   $1 bigint[]  batch_ids
--   $2 bigint[]  seen: batch_ids ...
--   $3 bigint[]  ... and seqs
-- returns (n)
WITH put AS (
    INSERT INTO sought (batch_id, seq, account_id, next_at)
    SELECT i.batch_id, i.seq, b.account_id, now()
      FROM instruction i
      JOIN batch b ON b.batch_id = i.batch_id
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
     WHERE i.batch_id = ANY ($1::bigint[])
       AND (o.seq IS NULL OR o.state = 'in_doubt')
       AND NOT EXISTS (SELECT 1
                         FROM unnest($2::bigint[], $3::bigint[]) AS s(b, q)
                        WHERE s.b = i.batch_id AND s.q = i.seq)
        ON CONFLICT (batch_id, seq) DO NOTHING
    RETURNING 1
)
SELECT count(*) AS n FROM put;
