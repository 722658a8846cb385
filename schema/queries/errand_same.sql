-- errand_same: the newest errand that is the same again and of which nobody
-- can say that it was not done: in doubt, or without an answer.  One that did
-- not pass its door in time never will, and does not count.
--   $1 int    account_id
--   $2 text   service
--   $3 bytea  same
--   $4 int    back_ms     how far back to look
--   $5 int    door_ms     how long a door stays open
-- returns (errand_id, made_us, asked_by)
SELECT errand_id, asked_by,
       (extract(epoch FROM made_at) * 1000000)::bigint AS made_us
  FROM errand
 WHERE account_id = $1::bigint AND service = $2::text AND same = $3::bytea
   AND made_at > clock_timestamp() - make_interval(secs => $4::bigint / 1000.0)
   AND (answer = 'in_doubt'
        OR (answer IS NULL
            AND (left_at IS NOT NULL
                 OR made_at > clock_timestamp()
                              - make_interval(secs => $5::bigint / 1000.0))))
 ORDER BY errand_id DESC
 LIMIT 1;
