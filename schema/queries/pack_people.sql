-- pack_people: who has to do with a run, and in which role: by its audit, its
-- history and what hangs on it.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT u.user_name AS name, u.role, u.disabled, u.created_at
          FROM app_user u
         WHERE u.user_name IN (
               SELECT r.made_by FROM run r WHERE r.run_id = $1::bigint
               UNION SELECT p.approver FROM approval p WHERE p.run_id = $1::bigint
               UNION SELECT h.actor FROM history h WHERE h.run_id = $1::bigint
               UNION SELECT a.actor FROM audit a JOIN run r ON r.ref = a.subject
                      WHERE r.run_id = $1::bigint)) x
 ORDER BY x.name;
