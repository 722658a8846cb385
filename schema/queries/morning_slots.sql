-- morning_slots: planned times of a span.
--   $1 bigint  from_us
--   $2 bigint  until_us
--   $3 bigint  most
-- returns (name, due_us, state, note, runs)
SELECT s.name, (extract(epoch FROM t.due_at) * 1000000)::bigint AS due_us,
       t.state, left(t.note, 300) AS note,
       coalesce((SELECT string_agg(r.ref, ', ' ORDER BY r.ref)
                   FROM slot_run x JOIN run r USING (run_id)
                  WHERE x.slot_id = t.slot_id), '') AS runs
  FROM slot t
  JOIN schedule s USING (schedule_id)
 WHERE t.due_at >= to_timestamp($1::bigint / 1000000.0)
   AND t.due_at < to_timestamp($2::bigint / 1000000.0)
 ORDER BY t.due_at, s.name
 LIMIT $3::bigint;
