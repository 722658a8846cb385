-- pack_answers: the list of the raw answers of providers about a run.
--   $1 bigint  run_id
-- returns (line); member: where its bytes are in the pack
SELECT row_to_json(x)::text AS line
  FROM (SELECT v.batch_id, v.event_no AS event, v.kind, v.at, v.http,
               octet_length(v.body) AS bytes, encode(v.sha256, 'hex') AS sha256,
               'answers/' || v.batch_id || '-' || v.event_no AS member
          FROM event v
         WHERE v.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.batch_id, x.event;
