-- run_people: how many people a run pays, as compare_people counts them.  Where
-- nothing was noticed in its file nobody stands in it twice (PR-CSV-030 to 032
-- would say so), and if each row has an employee number as well, each is a
-- person: to sort a million names finds nothing more.
--   $1 int   run_id
-- returns (people)
WITH plain AS (
    SELECT NOT EXISTS (SELECT 1 FROM problem WHERE run_id = $1::bigint)
           AND NOT EXISTS (
               SELECT 1
                 FROM instruction
                WHERE batch_id BETWEEN $1::bigint * 100000
                                   AND $1::bigint * 100000 + 99999
                  AND (coalesce(employee_no, '') = '' OR part IS NOT NULL))
           AS each_is_one
)
SELECT CASE WHEN each_is_one THEN (
           SELECT rows::bigint FROM run WHERE run_id = $1::bigint)
       ELSE (
           SELECT count(*)
             FROM (SELECT DISTINCT
                          coalesce(nullif(employee_no, ''),
                                   lower(name) || ' / ' || account)
                              COLLATE "C"
                     FROM instruction
                    WHERE batch_id BETWEEN $1::bigint * 100000
                                       AND $1::bigint * 100000 + 99999)
                  AS person)
       END AS people
  FROM plain;
