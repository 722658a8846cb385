-- drop_unlock: let the next one look.
-- returns (let_go)
SELECT pg_advisory_unlock(hashtextextended('payrun.drop', 0)) AS let_go;
