-- pack_breaks: the breaks of a run, and what people made of them.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT b.break_id AS break, encode(b.key, 'hex') AS key, b.kind, b.book,
               b.batch_id, b.seq, b.line_id, b.ours_minor, b.theirs_minor,
               b.minor, b.moved_minor, b.ccy::text AS ccy, b.heals_until,
               b.about, b.detail, b.state, b.owner, b.note, b.since,
               b.state_at, b.seen_by AS reconciliation
          FROM break b
         WHERE b.run_id = $1::bigint) x
 ORDER BY x.break;
