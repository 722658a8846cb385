-- run_next_id: the number of a run to be loaded: its rows carry it.
-- returns (run_id)
SELECT nextval(pg_get_serial_sequence('run', 'run_id')) AS run_id;
