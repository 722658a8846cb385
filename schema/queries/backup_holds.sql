-- backup_holds: what a restored database holds.
-- returns (runs, payments, audits, lines)
SELECT (SELECT count(*) FROM run) AS runs,
       (SELECT coalesce(sum(rows), 0)::bigint FROM batch) AS payments,
       (SELECT count(*) FROM audit) AS audits,
       (SELECT count(*) FROM instruction) AS lines;
