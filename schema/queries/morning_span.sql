-- morning_span: what a morning report covers: since the last one, at least a day.
--   $1 text  day  '': until now; a day: from 6 in the morning of the day before
--     to 6 of that day, in Nairobi
-- returns (from_us, until_us, now_us, day)
SELECT (extract(epoch FROM s.since) * 1000000)::bigint AS from_us,
       (extract(epoch FROM s.until) * 1000000)::bigint AS until_us,
       (extract(epoch FROM now()) * 1000000)::bigint AS now_us,
       (s.until AT TIME ZONE 'Africa/Nairobi')::date::text AS day
  FROM (SELECT CASE WHEN $1::text = ''
                    THEN least(now() - interval '1 day',
                               (SELECT max(o.at) FROM outbox o
                                 WHERE o.kind = 'report.morning'))
                    ELSE (nullif($1::text, '')::date - 1 + time '06:00')
                             AT TIME ZONE 'Africa/Nairobi' END AS since,
               CASE WHEN $1::text = '' THEN now()
                    ELSE least(now(), (nullif($1::text, '')::date + time '06:00')
                             AT TIME ZONE 'Africa/Nairobi') END AS until) s;
