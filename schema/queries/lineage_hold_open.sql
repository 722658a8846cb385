-- lineage_hold_open: history went backwards: everything stands still until two
-- people lift it.  Waits for whoever stands at a door.
--   $1 text  opened_by
--   $2 text  why
--   $3 int   mark_beat
--   $4 int   mark_epoch 0: no mark says so
--   $5 int   mark_us    when that was
--   $6 int   since_us   from here on this database may not know everything
--   $7 int   lost       so many numbers of runs are left out
-- returns (hold_id); 0: one is open already
SELECT lineage_stop($1::text, $2::text, $3::bigint, $4::bigint,
                    to_timestamp($5::bigint / 1000000.0),
                    to_timestamp($6::bigint / 1000000.0), $7::bigint)
       AS hold_id;
