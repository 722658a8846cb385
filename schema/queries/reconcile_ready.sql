-- reconcile_ready: the planner learns how much there is.
-- returns (ready)
SELECT reconcile_ready()::text AS ready;
