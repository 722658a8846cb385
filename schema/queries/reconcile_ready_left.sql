-- reconcile_ready_left: the planner learns how much is left to look at.
-- returns (ready)
SELECT reconcile_ready_left()::text AS ready;
