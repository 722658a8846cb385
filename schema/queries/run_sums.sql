-- run_sums: what became of a run's money, recounted from instruction and
-- outcome, and whether the counters of its batches agree.
--   $1 int   run_id
-- returns (parsed_rows, approved_rows, approved_minor, held_rows, more_rows,
--   which rows of the file became by being split, book_rows,
--   book_minor, sent_rows, sent_minor, waiting_rows, waiting_minor,
--   withdrawn_rows, withdrawn_minor, flight_rows, flight_minor, paid_rows,
--   paid_minor, failed_rows, failed_minor, doubt_rows, doubt_minor,
--   cancelled_rows, cancelled_minor, charge_minor, charge_estimate_minor,
--   counters_tie)
WITH line AS (
    SELECT batch_id, seq, minor, ccy, part FROM instruction
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
), said AS (
    SELECT batch_id, seq, minor, ccy, charge_minor,
           CASE WHEN state IN ('returned', 'reversed') THEN 'failed'
                ELSE state END AS state
      FROM outcome
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
), told AS (
    SELECT batch_id, count(i.seq) AS n, coalesce(sum(i.minor), 0) AS m,
           count(*) FILTER (WHERE i.part > 1) AS more_n,
           count(*) FILTER (WHERE o.seq IS NULL) AS open_n,
           coalesce(sum(i.minor) FILTER (WHERE o.seq IS NULL), 0) AS open_m,
           count(*) FILTER (WHERE o.state = 'paid') AS paid_n,
           coalesce(sum(o.minor) FILTER (WHERE o.state = 'paid'), 0) AS paid_m,
           count(*) FILTER (WHERE o.state = 'failed') AS failed_n,
           coalesce(sum(o.minor) FILTER (WHERE o.state = 'failed'), 0) AS failed_m,
           count(*) FILTER (WHERE o.state = 'in_doubt') AS doubt_n,
           coalesce(sum(o.minor) FILTER (WHERE o.state = 'in_doubt'), 0) AS doubt_m,
           count(*) FILTER (WHERE o.state = 'cancelled') AS cancelled_n,
           coalesce(sum(o.minor) FILTER (WHERE o.state = 'cancelled'), 0) AS cancelled_m,
           coalesce(sum(o.charge_minor), 0) AS charge_m,
           count(*) FILTER (WHERE i.seq IS NULL OR o.minor <> i.minor
                               OR o.ccy <> i.ccy) AS odd_n
      FROM line i FULL JOIN said o USING (batch_id, seq)
     GROUP BY batch_id
), both_ways AS (
    SELECT b.batch_id AS b_id, b.state, b.charge_estimate_minor, t.n, t.m,
           t.more_n,
           t.open_n, t.open_m, t.paid_n, t.paid_m, t.failed_n, t.failed_m,
           t.doubt_n, t.doubt_m, t.cancelled_n, t.cancelled_m, t.charge_m,
           b.state IN ('ready', 'initiating', 'initiated') AS waits,
           b.state = 'cancelled' AS withdrawn,
           coalesce(b.rows = t.n AND b.minor = t.m AND t.odd_n = 0
                    AND (b.paid_rows, b.paid_minor) = (t.paid_n, t.paid_m)
                    AND (b.failed_rows, b.failed_minor) = (t.failed_n, t.failed_m)
                    AND (b.doubt_rows, b.doubt_minor) = (t.doubt_n, t.doubt_m)
                    AND (b.cancelled_rows, b.cancelled_minor)
                        = (t.cancelled_n, t.cancelled_m), false) AS ties
      FROM (SELECT batch_id, state, rows, minor, charge_estimate_minor,
                   paid_rows, paid_minor, failed_rows, failed_minor,
                   doubt_rows, doubt_minor, cancelled_rows, cancelled_minor
              FROM batch WHERE run_id = $1::bigint) b
      FULL JOIN told t USING (batch_id)
), total AS (
    SELECT coalesce(sum(more_n), 0) AS more_rows,
           coalesce(sum(n), 0) AS book_rows, coalesce(sum(m), 0) AS book_minor,
           coalesce(sum(n) FILTER (WHERE NOT waits AND NOT withdrawn), 0) AS sent_rows,
           coalesce(sum(m) FILTER (WHERE NOT waits AND NOT withdrawn), 0) AS sent_minor,
           coalesce(sum(n) FILTER (WHERE waits), 0) AS waiting_rows,
           coalesce(sum(m) FILTER (WHERE waits), 0) AS waiting_minor,
           coalesce(sum(n) FILTER (WHERE withdrawn), 0) AS withdrawn_rows,
           coalesce(sum(m) FILTER (WHERE withdrawn), 0) AS withdrawn_minor,
           coalesce(sum(open_n) FILTER (WHERE NOT waits AND NOT withdrawn), 0) AS flight_rows,
           coalesce(sum(open_m) FILTER (WHERE NOT waits AND NOT withdrawn), 0) AS flight_minor,
           coalesce(sum(paid_n), 0) AS paid_rows,
           coalesce(sum(paid_m), 0) AS paid_minor,
           coalesce(sum(failed_n), 0) AS failed_rows,
           coalesce(sum(failed_m), 0) AS failed_minor,
           coalesce(sum(doubt_n), 0) AS doubt_rows,
           coalesce(sum(doubt_m), 0) AS doubt_minor,
           coalesce(sum(cancelled_n), 0) AS cancelled_rows,
           coalesce(sum(cancelled_m), 0) AS cancelled_minor,
           coalesce(sum(charge_m), 0) AS charge_minor,
           coalesce(sum(charge_estimate_minor), 0) AS charge_estimate_minor,
           coalesce(bool_and(ties), false) AS counters_tie
      FROM both_ways
)
SELECT f.rows AS parsed_rows, r.rows AS approved_rows,
       r.minor AS approved_minor, r.held_rows, t.more_rows, t.book_rows, t.book_minor,
       t.sent_rows, t.sent_minor, t.waiting_rows, t.waiting_minor,
       t.withdrawn_rows, t.withdrawn_minor, t.flight_rows, t.flight_minor,
       t.paid_rows, t.paid_minor, t.failed_rows, t.failed_minor,
       t.doubt_rows, t.doubt_minor, t.cancelled_rows, t.cancelled_minor,
       t.charge_minor, t.charge_estimate_minor, t.counters_tie
  FROM run r
  JOIN source_file f USING (file_id)
 CROSS JOIN total t
 WHERE r.run_id = $1::bigint;
