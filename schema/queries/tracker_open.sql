-- tracker_open: what workers could still do for a run, or for all, and what
-- keeps the rest from being done.
--   $1 bigint    run_id        0: all
--   $2 bigint[]  account_ids   whose
--   $3 boolean   until_final   false: released is enough
--   $4 bigint    doubt_ms      something all in doubt and asked later than this
--                              is left alone
--   $5 bigint    far_ms        ... and so is anything asked later than this
-- returns (open, closed, paused, short, why_closed, why_paused, why_short): counts
--   of batches that can go on, that wait behind a closed lane, whose run is
--   paused, whose group waits for money; and a reason for each
WITH looked AS (
    SELECT CASE
        WHEN b.state IN ('initiating', 'releasing', 'sending') THEN 'open'
        WHEN b.state = 'ready' AND b.poll_at IS NOT NULL AND NOT a.two_phase
             AND NOT a.lane_closed THEN
            CASE WHEN due_at(s.not_before) > now() + $5::bigint * interval '1 millisecond'
                 THEN 'later' ELSE 'open' END
        WHEN b.state IN ('ready', 'initiated') THEN
            CASE WHEN r.cancelled_at IS NOT NULL THEN 'open'
                 WHEN r.state = 'paused' OR halt.paused THEN 'paused'
                 WHEN r.state <> 'paying' THEN 'waits'
                 WHEN a.lane_closed OR h.closed THEN 'closed'
                 WHEN h.elsewhere THEN 'waits'
                 WHEN r.pay_date > (now() AT TIME ZONE 'Africa/Nairobi')::date
                 THEN 'waits'
                 WHEN b.group_no > 0 AND m.note <> '' THEN 'short'
                 -- for the answers to its canary, which is asked about or not
                 WHEN ($3::boolean OR k.later) AND k.batch_id <> b.batch_id
                 THEN 'waits'
                 ELSE 'open' END
        WHEN b.state = 'in_flight' AND NOT $3::boolean THEN 'sent'
        WHEN a.lane_closed THEN 'closed'
        WHEN greatest(due_at(b.poll_at), due_at(s.not_before))
             > now() + $5::bigint * interval '1 millisecond'
        THEN 'later'
        WHEN (b.state <> 'in_doubt' OR NOT a.two_phase) AND b.doubt_rows > 0
             AND b.doubt_rows + b.paid_rows + b.failed_rows
                 + b.cancelled_rows = b.rows
             AND due_at(b.poll_at) > now() + $4::bigint * interval '1 millisecond'
        THEN 'later'
        ELSE 'open' END AS what,
        coalesce(h.lane_why, a.lane_why) AS lane_why, m.note AS short,
        CASE WHEN halt.hold_id IS NOT NULL
             THEN 'history went backwards: ' || halt.why || ' (payrun lineage)'
             WHEN halt.paused THEN 'everything is paused by ' || halt.by || ': '
                                 || halt.why || ' (payrun resume --all)'
             ELSE r.state_why END AS state_why
      FROM batch b
      JOIN run r USING (run_id)
      JOIN funding_account a ON a.account_id = b.account_id
     CROSS JOIN standstill halt
      -- What is prepared waits for the other accounts of its run.
      LEFT JOIN LATERAL (
          SELECT coalesce(bool_or(o.lane_closed), false) AS closed,
                 max(o.name || ': ' || o.lane_why) FILTER (WHERE o.lane_closed)
                     AS lane_why,
                 coalesce(bool_or(ra.funds_at IS NULL
                                  AND o.account_id <> ALL ($2::bigint[])),
                          false) AS elsewhere
            FROM run_account ra
            JOIN funding_account o ON o.account_id = ra.account_id
           WHERE ra.run_id = b.run_id AND ra.account_id <> b.account_id
             AND r.funds_at IS NULL
             AND (b.state = 'initiated'
                  OR (b.state = 'ready' AND NOT a.two_phase))) h ON true
      -- What waits for money; not while an account of ours was not looked at.
      LEFT JOIN LATERAL (
          SELECT max(g.name || ': ' || g.funds_note) AS note
            FROM run_group g
           WHERE g.run_id = b.run_id AND g.funds_at IS NULL
             AND g.funds_note <> '' AND NOT group_goes(b.run_id, b.group_no)
             AND NOT EXISTS (SELECT 1 FROM run_account x
                              WHERE x.run_id = b.run_id AND x.funds_at IS NULL
                                AND x.account_id = ANY ($2::bigint[])
                                AND coalesce(due_at(x.look_at), '-infinity') <= now())) m
          ON b.group_no > 0
             AND (b.state = 'initiated' OR (b.state = 'ready' AND NOT a.two_phase))
      LEFT JOIN scan s ON s.account_id = b.account_id
      LEFT JOIN LATERAL (
          SELECT c.batch_id,
                 greatest(due_at(o.poll_at), due_at(s.not_before))
                 > now() + $5::bigint * interval '1 millisecond' AS later
            FROM canary c
            JOIN batch o USING (batch_id)
           WHERE c.run_id = b.run_id AND c.account_id = b.account_id
             AND o.state IN ('in_flight', 'in_doubt') AND NOT canary_passed(c)
           LIMIT 1) k ON b.state IN ('ready', 'initiated')
     WHERE b.account_id = ANY ($2::bigint[])
       AND ($1::bigint = 0 OR b.run_id = $1::bigint)
       AND (b.state IN ('ready', 'initiating', 'initiated', 'releasing',
                        'sending', 'in_flight', 'in_doubt')
            OR b.poll_at IS NOT NULL)
)
SELECT count(*) FILTER (WHERE what = 'open') AS open,
       count(*) FILTER (WHERE what = 'closed') AS closed,
       count(*) FILTER (WHERE what = 'paused') AS paused,
       count(*) FILTER (WHERE what = 'short') AS short,
       left(coalesce(max(lane_why) FILTER (WHERE what = 'closed'), ''), 500)
           AS why_closed,
       left(coalesce(max(state_why) FILTER (WHERE what = 'paused'), ''), 500)
           AS why_paused,
       left(coalesce(min(short) FILTER (WHERE what = 'short'), ''), 500)
           AS why_short
  FROM looked;
