-- retry_let_go: retries of a run that were rejected or expired were never
-- approved or never sent, and never will be: their payments may be retried.
-- (One that was cancelled can turn out to be paid; it is retried itself.)
--   $1 bigint  parent
-- returns nothing
UPDATE retried t
   SET living = false
  FROM run r
 WHERE r.run_id = t.run_id AND t.living
   AND t.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
   AND r.state IN ('rejected', 'expired');
