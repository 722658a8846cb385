-- run_next_serial: the number of the next run of a period; under intake_lock.
--   $1 text  period
-- returns (serial)
SELECT coalesce(max(serial), 0) + 1 AS serial
  FROM run
 WHERE period = $1::text;
