-- lineage_hold_read: the hold that is open.
-- returns (hold_id, opened_us, opened_by, why, mark_beat, mark_us, db_beat,
--   since_us), or nothing; times in microseconds since 1970
SELECT hold_id, (extract(epoch FROM opened_at) * 1000000)::bigint AS opened_us,
       opened_by, why, mark_beat,
       (extract(epoch FROM mark_at) * 1000000)::bigint AS mark_us, db_beat,
       (extract(epoch FROM since) * 1000000)::bigint AS since_us
  FROM lineage_hold
 WHERE lifted_at IS NULL;
