-- reconcile_open: temporary tables for one reconciliation, and room for joins
-- of a million rows in memory: measured, half the time.  No nested loops: of the
-- lines and payments that just came the planner knows nothing, and takes a
-- month for one row.
-- returns (opened)
SELECT reconcile_open()::text || set_config('work_mem', '256MB', true)
       || set_config('default_statistics_target', '10', true)
       || set_config('jit', 'off', true)
       || set_config('enable_nestloop', 'off', true) AS opened;
