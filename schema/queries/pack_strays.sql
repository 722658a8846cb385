-- pack_strays: answers about payments that nobody asked for: there are none.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT o.batch_id, o.seq, o.state, o.minor, o.ccy::text AS ccy, o.code,
               o.receipt, o.event_no AS event, o.at
          FROM outcome o
          LEFT JOIN instruction i USING (batch_id, seq)
         WHERE o.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999
           AND i.batch_id IS NULL) x
 ORDER BY x.batch_id, x.seq;
