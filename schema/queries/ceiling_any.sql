-- ceiling_any: is there a ceiling at all?
-- returns (ceiling_id) of one in force, or nothing
-- Asked before ceiling_of_due, which takes PostgreSQL 40 ms to plan.
SELECT ceiling_id
  FROM ceiling
 WHERE state = 'in_force'
 LIMIT 1;
