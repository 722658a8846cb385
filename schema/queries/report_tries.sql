-- report_tries: the payments of some runs that were tried more than once, with
-- all their tries on one line, wherever the chain of retries goes.
--   $1 bigint[]  run_ids
--   $2 bigint    rows_max
-- returns (name, account, minor, tries, state, batch_state, way); state: of the
--   newest try,
--   paid when one of them was, empty when it has no answer
WITH RECURSIVE linked AS (
    SELECT t.batch_id, t.seq, t.new_batch_id, t.new_seq
      FROM unnest($1::bigint[]) AS r(run_id)
      JOIN retried t ON t.batch_id BETWEEN r.run_id * 100000
                                       AND r.run_id * 100000 + 99999
                     OR t.run_id = r.run_id
), up AS (
    SELECT batch_id, seq FROM linked
    UNION
    SELECT t.batch_id, t.seq
      FROM up
      JOIN retried t ON t.new_batch_id = up.batch_id AND t.new_seq = up.seq
), root AS (
    SELECT batch_id, seq FROM up
     WHERE NOT EXISTS (SELECT 1 FROM retried t
                        WHERE t.new_batch_id = up.batch_id
                          AND t.new_seq = up.seq)
), try AS (
    SELECT batch_id AS of_batch, seq AS of_seq, 1 AS nr, batch_id, seq
      FROM root
    UNION ALL
    SELECT y.of_batch, y.of_seq, y.nr + 1, t.new_batch_id, t.new_seq
      FROM try y
      JOIN retried t ON t.batch_id = y.batch_id AND t.seq = y.seq
), told AS (
    SELECT y.of_batch, y.of_seq, count(*) AS tries,
           coalesce(max(o.state::text) FILTER (WHERE o.state = 'paid'),
                    (array_agg(o.state::text ORDER BY y.nr DESC,
                               y.batch_id DESC))[1], '') AS state,
           (array_agg(b.state::text ORDER BY y.nr DESC,
                      y.batch_id DESC))[1] AS batch_state,
           string_agg(r.ref || ' line ' || i.line_no || ': '
                      || coalesce(replace(o.state::text, '_', ' ')
                                  || coalesce(' ' || nullif(o.receipt, ''),
                                              ' ' || nullif(o.code, ''), ''),
                                  'no answer yet'),
                      '; ' ORDER BY y.nr, y.batch_id, y.seq) AS way
      FROM try y
      JOIN instruction i ON i.batch_id = y.batch_id AND i.seq = y.seq
      JOIN batch b ON b.batch_id = y.batch_id
      JOIN run r ON r.run_id = b.run_id
      LEFT JOIN outcome o ON o.batch_id = y.batch_id AND o.seq = y.seq
     GROUP BY y.of_batch, y.of_seq
)
SELECT i.name, i.account, i.minor, t.tries, t.state, t.batch_state, t.way
  FROM told t
  JOIN instruction i ON i.batch_id = t.of_batch AND i.seq = t.of_seq
 ORDER BY i.batch_id, i.seq
 LIMIT $2::bigint;
