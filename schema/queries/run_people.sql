-- run_people: how many people a run pays, as compare_people counts them.
--   $1 int   run_id
-- returns (people)
SELECT count(*) AS people
  FROM (SELECT DISTINCT
               coalesce(nullif(employee_no, ''), lower(name) || ' / ' || account)
                   COLLATE "C"
          FROM instruction
         WHERE batch_id BETWEEN $1::bigint * 100000
                            AND $1::bigint * 100000 + 99999) AS person;
