-- errand_leave: the door.  An errand leaves once, and soon after it was noted:
-- so one that is old and did not leave certainly never will.  None leaves while
-- everything is paused, nor when this database has another history than the
-- caller's mark.  It beats the counter of the lineage in the same commit.
--   $1 int   errand_id
--   $2 int   door_ms     how long the door stays open
--   $3 text  installation   the mark: see lineage_holds ...
--   $4 int   mark_epoch
--   $5 int   mark_beat
--   $6 text  mark_nonce
--   $7 text  mark_place
--   $8 text  nonce          random, for the new beat
-- returns (errand_id, beat, at_us), or nothing: it must not leave
WITH gate AS (
    SELECT one FROM standstill WHERE NOT paused FOR SHARE
), gone AS (
    UPDATE errand
       SET left_at = clock_timestamp()
      FROM gate
     WHERE errand_id = $1::bigint AND left_at IS NULL AND answered_at IS NULL
       AND made_at > clock_timestamp()
                     - make_interval(secs => $2::bigint / 1000.0)
       AND lineage_holds($3::text, $4::bigint, $5::bigint, $6::text, $7::text)
    RETURNING errand_id
), beaten AS (
    UPDATE lineage l
       SET beat = l.beat + 1, nonce = $8::text, at = clock_timestamp()
      FROM gone
     WHERE l.one
    RETURNING l.beat, l.nonce, l.at
), kept AS (
    INSERT INTO lineage_beat (beat, nonce, at, what)
    SELECT beat, nonce, at, 'errand ' || $1::bigint FROM beaten
)
SELECT gone.errand_id, beaten.beat,
       (extract(epoch FROM beaten.at) * 1000000)::bigint AS at_us
  FROM gone CROSS JOIN beaten;
