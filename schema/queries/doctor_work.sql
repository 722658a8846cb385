-- doctor_work: who is at work, and what waits for it.
--   $1 int  alive_s   a worker that gave no sign of life for so long is gone
-- returns (alive, gone, paying, makers, checkers, inbox_minutes)
SELECT (SELECT count(*) FROM worker
         WHERE due_at(seen_at) > now() - make_interval(secs => $1::bigint)) AS alive,
       (SELECT count(*) FROM worker
         WHERE due_at(seen_at) <= now() - make_interval(secs => $1::bigint)) AS gone,
       (SELECT count(*) FROM run WHERE state = 'paying'
           AND (pay_date IS NULL
                OR pay_date <= (now() AT TIME ZONE 'Africa/Nairobi')::date)
       ) AS paying,
       (SELECT count(*) FROM app_user
         WHERE role = 'maker' AND NOT disabled) AS makers,
       (SELECT count(*) FROM app_user
         WHERE role = 'checker' AND NOT disabled) AS checkers,
       coalesce((SELECT (extract(epoch FROM now() - min(received_at)) / 60)::bigint
                   FROM inbox WHERE done_at IS NULL), 0) AS inbox_minutes;
