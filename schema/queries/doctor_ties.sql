-- doctor_ties: what foreign keys would have kept together, had the large tables
-- any.  Reads all of them.
-- returns (what, n, sample): how many are wrong of each sort, and one of them
WITH line AS (
    SELECT batch_id, count(*) AS n, sum(minor) AS m
      FROM instruction
     GROUP BY batch_id
)
SELECT 'payments without a batch' AS what, count(*) AS n,
       coalesce(min(l.batch_id), 0) AS sample
  FROM line l LEFT JOIN batch b USING (batch_id)
 WHERE b.batch_id IS NULL
UNION ALL
SELECT 'batches whose payments do not add up to them', count(*),
       coalesce(min(b.batch_id), 0)
  FROM batch b LEFT JOIN line l USING (batch_id)
 WHERE (b.rows, b.minor) IS DISTINCT FROM (l.n::integer, l.m::bigint)
UNION ALL
SELECT 'runs whose batches do not add up to them', count(*),
       coalesce(min(r.run_id), 0)
  FROM run r
  LEFT JOIN (SELECT run_id, sum(rows) AS n, sum(minor) AS m
               FROM batch GROUP BY run_id) b USING (run_id)
 WHERE (r.rows, r.minor) IS DISTINCT FROM (b.n::bigint, b.m::bigint)
UNION ALL
SELECT 'answers about payments that are not there', count(*),
       coalesce(min(o.batch_id), 0)
  FROM outcome o LEFT JOIN instruction i USING (batch_id, seq)
 WHERE i.seq IS NULL
UNION ALL
SELECT 'answers of another amount than the payment', count(*),
       coalesce(min(o.batch_id), 0)
  FROM outcome o JOIN instruction i USING (batch_id, seq)
 WHERE (o.minor, o.ccy) IS DISTINCT FROM (i.minor, i.ccy)
UNION ALL
SELECT 'requests about batches that are not there', count(*),
       coalesce(min(a.batch_id), 0)
  FROM attempt a LEFT JOIN batch b USING (batch_id)
 WHERE b.batch_id IS NULL
UNION ALL
SELECT 'raw answers about batches that are not there', count(*),
       coalesce(min(v.batch_id), 0)
  FROM event v LEFT JOIN batch b USING (batch_id)
 WHERE b.batch_id IS NULL
UNION ALL
SELECT 'provider''s numbers of payments that are not there', count(*),
       coalesce(min(p.batch_id), 0)
  FROM placed p LEFT JOIN instruction i USING (batch_id, seq)
 WHERE i.seq IS NULL;
