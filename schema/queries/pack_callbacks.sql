-- pack_callbacks: what providers told about a run without being asked.
--   $1 bigint  run_id
-- returns (line); member: where its bytes are in the pack
SELECT row_to_json(x)::text AS line
  FROM (SELECT n.inbox_id AS callback, n.provider, n.received_at, n.peer,
               n.copies, n.trusted, n.done_at, n.verdict, n.batch_id,
               n.bytes, encode(n.sha256, 'hex') AS sha256,
               'callbacks/' || n.inbox_id AS member
          FROM inbox n
         WHERE n.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.callback;
