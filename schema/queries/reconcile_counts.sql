-- reconcile_counts: how much was looked at.
--   $1 int[]  accounts
--   $2 text   first day
--   $3 text   last day
-- returns (payments, payments_minor, lines, lines_minor, matched,
--          matched_minor, findings, findings_minor)
SELECT p.n AS payments, p.m AS payments_minor, l.n AS lines, l.m AS lines_minor,
       h.n AS matched, h.m AS matched_minor, f.n AS findings, f.m AS findings_minor
  FROM (SELECT count(*) AS n, coalesce(sum(i.minor), 0)::bigint AS m
          FROM reconcile_batch b JOIN instruction i USING (batch_id)
         WHERE b.mine AND b.left_at IS NOT NULL
           AND i.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                              AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)) p,
       (SELECT count(*) AS n,
               coalesce(-sum(minor) FILTER (WHERE minor < 0), 0)::bigint AS m
          FROM statement_line
         WHERE account_id = ANY ($1::bigint[]) AND part = 0
           AND booked_on BETWEEN nullif($2::text, '')::date
                             AND nullif($3::text, '')::date) l,
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
       (SELECT count(*) AS n, coalesce(sum(minor), 0)::bigint AS m
          FROM reconcile_finding) f;
