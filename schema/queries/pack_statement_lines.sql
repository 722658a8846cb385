-- pack_statement_lines: what statements say of a run's payments: lines with our
-- reference, with a receipt of theirs, or that a reconciliation matched.
-- Amounts are signed: out is negative.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT l.line_id, l.statement_id AS statement, l.line_no, l.book,
               l.booked_on, l.booked_at, l.value_on, l.minor,
               l.ccy::text AS ccy, l.kind, l.part, l.parts, l.charge_minor,
               l.provider_id, l.receipt, l.reference, l.linked, l.batch_id,
               l.seq, l.party_account, l.party_name, l.type, l.narrative,
               l.status, l.raw
          FROM statement_line l
         WHERE l.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999
            OR l.line_id IN (
                   SELECT m.line_id FROM statement_matched m
                    WHERE m.batch_id BETWEEN $1::bigint * 100000
                                         AND $1::bigint * 100000 + 99999)
            OR (l.receipt <> '' AND l.receipt IN (
                   SELECT o.receipt FROM outcome o
                    WHERE o.batch_id BETWEEN $1::bigint * 100000
                                         AND $1::bigint * 100000 + 99999))) x
 ORDER BY x.line_id;
