-- reconcile_counts: how much was looked at.
--   $1 text   last day      lines after it only serve late bookings
-- returns (payments, payments_minor, lines, lines_minor, matched,
--          matched_minor, findings, findings_minor)
SELECT p.n AS payments, p.m AS payments_minor, l.n AS lines, l.m AS lines_minor,
       h.n + t.n AS matched, h.m + t.m AS matched_minor, f.n AS findings, f.m AS findings_minor
  FROM (SELECT coalesce(sum(t.n), 0)::bigint AS n, coalesce(sum(t.minor), 0)::bigint AS m
          FROM reconcile_batch b JOIN reconcile_tie t USING (batch_id)
         WHERE b.mine AND b.left_at IS NOT NULL AND t.counts) p,
       (SELECT coalesce(sum(n), 0)::bigint AS n, coalesce(sum(out_minor), 0)::bigint AS m
          FROM reconcile_day
         WHERE NOT part AND booked_on <= nullif($1::text, '')::date) l,
       (SELECT count(*) AS n, coalesce(sum(i.minor), 0)::bigint AS m
          FROM (SELECT DISTINCT h.batch_id, h.seq FROM reconcile_hit h
                  JOIN reconcile_batch b USING (batch_id)
                 WHERE b.mine AND h.role = 'paid' AND h.seq > 0
                UNION
                SELECT c.batch_id, c.seq FROM reconcile_hit h
                  JOIN reconcile_batch b USING (batch_id)
                  JOIN reconcile_claim c ON c.batch_id = h.batch_id
                                        AND c.seq > 0 AND c.fate = 'paid'
                 WHERE b.mine AND h.role = 'paid' AND h.seq = 0) x
          JOIN instruction i USING (batch_id, seq)) h,
       (SELECT coalesce(sum(n), 0)::bigint AS n, coalesce(-sum(m), 0)::bigint AS m
          FROM (SELECT DISTINCT ON (batch_id) x.*        -- the same ones in each book
                  FROM (SELECT batch_id, book, sum(line_n) AS n, sum(line_minor) AS m
                          FROM reconcile_tie
                         WHERE good AND batch_id IN (SELECT batch_id FROM reconcile_batch
                                                      WHERE mine)
                         GROUP BY batch_id, book) x
                 ORDER BY batch_id, n DESC) y) t,
       (SELECT count(*) AS n, coalesce(sum(minor), 0)::bigint AS m
          FROM reconcile_finding) f;
