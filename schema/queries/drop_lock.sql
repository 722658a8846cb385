-- drop_lock: one process at a time looks at the folders; the server lets go by
-- itself when the process is gone.
-- returns (got)
SELECT pg_try_advisory_lock(hashtextextended('payrun.drop', 0)) AS got;
