-- pack_reconciliations: when a run was held against statements, by whom, and
-- what it found: those about the run itself.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT c.reconciliation_id AS reconciliation, c.made_by, c.at,
               c.tolerance_minor, c.late_days, c.watch_days, c.payments,
               c.payments_minor, c.lines, c.lines_minor, c.matched,
               c.matched_minor, c.findings, c.findings_minor
          FROM reconciliation c
         WHERE c.run_id = $1::bigint) x
 ORDER BY x.reconciliation;
