-- pack_findings: what reconciliations found about a run, both sides of it.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT f.reconciliation_id AS reconciliation, f.nr, f.kind, f.book,
               f.batch_id, f.seq, f.line_id, f.other_line_id, f.ours_minor,
               f.theirs_minor, f.minor, f.moved_minor, f.ccy::text AS ccy,
               f.heals_until, f.about, f.detail, encode(f.key, 'hex') AS key
          FROM finding f
         WHERE f.run_id = $1::bigint) x
 ORDER BY x.reconciliation, x.nr;
