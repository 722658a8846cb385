-- pack_contradictions: answers of providers against a final one.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT c.batch_id, c.seq, c.was, c.said, c.code, c.reason, c.receipt,
               c.event_no AS event, c.at, c.evidence_id AS evidence
          FROM contradiction c
         WHERE c.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.batch_id, x.seq, x.was, x.said;
