-- errand_list: what people asked for, newest first.
--   $1 int   account_id   0: of all accounts
--   $2 int   rows_max
--   $3 int   door_ms      how long a door stays open
-- returns (errand_id, account, live, service, asked_by, ask, minor, ccy,
--   made_us, state, detail, provider_id, again_why); state is that of answer,
--   or waiting (it may be leaving now), not_sent (it never left), in_doubt
SELECT e.errand_id, a.name AS account, a.live, e.service, e.asked_by, e.ask,
       e.minor, e.ccy, (extract(epoch FROM e.made_at) * 1000000)::bigint
                       AS made_us,
       CASE WHEN e.answer IS NOT NULL THEN e.answer
            WHEN e.left_at IS NOT NULL THEN 'in_doubt'
            WHEN e.made_at > clock_timestamp()
                             - make_interval(secs => $3::bigint / 1000.0)
            THEN 'waiting'
            ELSE 'not_sent' END AS state,
       e.detail, e.provider_id, e.again_why
  FROM errand e
  JOIN funding_account a USING (account_id)
 WHERE $1::bigint IN (0, e.account_id)
 ORDER BY e.errand_id DESC
 LIMIT $2::bigint;
