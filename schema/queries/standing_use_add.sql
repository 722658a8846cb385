-- standing_use_add: a run is approved by a standing approval; refused (PR002)
-- when it does not cover it.
--   $1 int   run_id
--   $2 int   standing_id
-- returns a row
INSERT INTO standing_use (run_id, standing_id)
VALUES ($1::bigint, $2::bigint)
RETURNING run_id;
