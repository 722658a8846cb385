-- pack_history: every move of a run and its batches.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT h.history_id AS nr, h.at, h.batch_id, h.from_state, h.to_state,
               h.on_event, h.why, h.actor
          FROM history h
         WHERE h.run_id = $1::bigint) x
 ORDER BY x.nr;
