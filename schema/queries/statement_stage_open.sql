-- statement_stage_open: an empty temporary table for the lines of a statement.
-- returns (done)
SELECT statement_stage_open()::text AS done;
