-- report_history: what happened to a run, and to its batches what a person
-- should know of; a batch's ordinary steps are left out.
--   $1 bigint  run_id
--   $2 bigint  rows_max
--   $3 text[]  ordinary   events of a batch that are
-- returns (at_us, number, from_state, to_state, on_event, why, actor); number
--   is 0 when the run itself moved
SELECT (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       coalesce(batch_id - run_id * 100000, 0) AS number, from_state, to_state,
       on_event, why, actor
  FROM history
 WHERE run_id = $1::bigint
   AND (batch_id IS NULL OR on_event <> ALL ($3::text[]))
 ORDER BY history_id
 LIMIT $2::bigint;
