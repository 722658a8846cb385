-- retry_link: tie each payment of a retry, just loaded, to the one it stands
-- for.  The unique key on living retries refuses a second one.
--   $1 bigint    run_id      the retry
--   $2 bigint    parent
--   $3 bigint[]  batch_ids   what it retries, in the order of its file ...
--   $4 int[]     seqs        ... whose first row is on line 2
-- returns (n, minor)
WITH old AS (
    SELECT b AS batch_id, s AS seq, nr + 1 AS line_no
      FROM unnest($3::bigint[], $4::int[]) WITH ORDINALITY AS u(b, s, nr)
), tied AS (
    INSERT INTO retried (run_id, line_no, new_batch_id, new_seq, batch_id, seq,
                         minor)
    SELECT $1::bigint, n.line_no, n.batch_id, n.seq, o.batch_id, o.seq, n.minor
      FROM old
      JOIN instruction o ON o.batch_id = old.batch_id AND o.seq = old.seq
      JOIN instruction n ON n.line_no = old.line_no AND n.minor = o.minor
                        AND n.account = o.account
     WHERE n.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND o.batch_id / 100000 = $2::bigint
    RETURNING minor
), said AS (
    UPDATE run SET parent = $2::bigint WHERE run_id = $1::bigint
)
SELECT count(*) AS n, coalesce(sum(minor), 0)::bigint AS minor FROM tied;
