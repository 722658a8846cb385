-- reconcile_uncovered: paid by the raw answers, on days no statement tells of.
WITH bare AS (
    SELECT b.batch_id, b.run_id, b.account_id, b.left_on
      FROM reconcile_batch b
     WHERE b.mine AND b.left_on IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM statement s
                        WHERE s.account_id = b.account_id AND s.state = 'whole'
                          AND b.left_on BETWEEN s.from_day AND s.until_day
                          AND (s.source <> 'pull' OR s.imported_at > b.left_at))
       AND NOT EXISTS (SELECT 1 FROM reconcile_hit h
                        WHERE h.batch_id = b.batch_id)
       AND NOT EXISTS (SELECT 1 FROM reconcile_tie t
                        WHERE t.batch_id = b.batch_id AND t.good AND t.line_n > 0)
)
INSERT INTO reconcile_finding (kind, account_id, run_id, ours_minor,
                               theirs_minor, minor, detail)
SELECT 'not_covered', b.account_id, b.run_id, sum(i.minor), 0, sum(i.minor),
       'no statement of this account tells of ' || min(b.left_on)
           || CASE WHEN max(b.left_on) > min(b.left_on)
                   THEN ' to ' || max(b.left_on) ELSE '' END
           || ': ' || count(*) || ' payments that were answered paid cannot be compared'
  FROM bare b
  JOIN reconcile_claim c ON c.batch_id = b.batch_id AND c.fate = 'paid' AND c.seq > 0
  JOIN instruction i ON i.batch_id = c.batch_id AND i.seq = c.seq
 WHERE i.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                     AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)
 GROUP BY b.account_id, b.run_id;
