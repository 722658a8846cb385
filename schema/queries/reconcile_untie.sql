-- reconcile_untie: the lines of odd payments that are still counted as good in
-- some book are taken out, to be looked at one by one.
-- returns (n) lines
WITH gone AS MATERIALIZED (
    SELECT t.nr, x.seq, x.line_id, x.charge_line
      FROM reconcile_tie t, unnest(t.seqs, t.lines, t.charge_lines)
           AS x(seq, line_id, charge_line)
     WHERE t.good AND t.batch_id IN (SELECT batch_id FROM reconcile_odd WHERE tied)
       AND (t.batch_id, x.seq::integer) IN (SELECT batch_id, seq FROM reconcile_odd WHERE tied)
       AND (x.line_id IS NOT NULL OR x.charge_line IS NOT NULL)
), line AS MATERIALIZED (
    SELECT l.* FROM statement_line l
     WHERE l.line_id = ANY (ARRAY(SELECT line_id FROM gone UNION ALL
                                  SELECT charge_line FROM gone))
), looks AS (                   -- it may be there: of another payment that is odd
    INSERT INTO reconcile_left
    SELECT l.* FROM line l
     WHERE NOT EXISTS (SELECT 1 FROM reconcile_left x WHERE x.line_id = l.line_id)
), less AS (
    SELECT g.nr, count(g.line_id) AS n, coalesce(sum(l.minor), 0) AS minor,
           coalesce(sum(l.charge_minor), 0) AS beside,
           count(g.charge_line) AS charge_n, coalesce(sum(c.minor), 0) AS charge
      FROM gone g
      LEFT JOIN line l ON l.line_id = g.line_id
      LEFT JOIN line c ON c.line_id = g.charge_line
     GROUP BY g.nr
), stays AS (
    SELECT t.nr, array_agg(CASE WHEN g.nr IS NULL THEN x.line_id END ORDER BY x.at) AS lines,
           array_agg(CASE WHEN g.nr IS NULL THEN x.charge_line END ORDER BY x.at) AS charge_lines
      FROM (reconcile_tie t CROSS JOIN LATERAL unnest(t.seqs, t.lines, t.charge_lines)
                WITH ORDINALITY AS x(seq, line_id, charge_line, at))
      LEFT JOIN gone g ON g.nr = t.nr AND g.seq = x.seq
     WHERE t.nr IN (SELECT nr FROM gone)
     GROUP BY t.nr
), tie AS (
    UPDATE reconcile_tie t
       SET line_n = t.line_n - x.n, line_minor = t.line_minor - x.minor,
           beside_minor = t.beside_minor - x.beside,
           charge_n = t.charge_n - x.charge_n,
           charge_minor = t.charge_minor - x.charge,
           lines = s.lines, charge_lines = s.charge_lines
      FROM less x
      JOIN stays s USING (nr)
     WHERE t.nr = x.nr
)
SELECT count(*) AS n FROM gone;
