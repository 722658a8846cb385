-- short_need: the groups of a run that an account was not yet seen to cover, and
-- what it still has to release of each.  One that has begun comes first, so that
-- it does not stay half.
--   $1 int   account_id
--   $2 int   run_id
-- returns (group_no, name, minor, charges, behind, closed, note): behind: a
--   group ahead of it is still being paid by this account; closed: another
--   account that pays the group, and whose lane is closed, or empty
SELECT g.group_no, g.name,
       least(coalesce(sum(b.minor), 0), 9007199254740991)::bigint AS minor,
       least(coalesce(sum(b.charge_estimate_minor), 0),
             9007199254740991)::bigint AS charges,
       EXISTS (SELECT 1 FROM batch x
                WHERE x.run_id = g.run_id AND x.account_id = g.account_id
                  AND x.group_no > 0 AND x.group_no < g.group_no
                  AND (x.state IN ('ready', 'sending')
                       OR (x.state = 'in_flight'
                           AND x.paid_rows + x.failed_rows + x.doubt_rows
                               + x.cancelled_rows < x.rows))) AS behind,
       coalesce((SELECT min(a.name)
                   FROM run_group o
                   JOIN funding_account a ON a.account_id = o.account_id
                  WHERE o.run_id = g.run_id AND o.group_no = g.group_no
                    AND a.lane_closed), '') AS closed,
       g.funds_note AS note
  FROM run_group g
  LEFT JOIN batch b ON b.run_id = g.run_id AND b.account_id = g.account_id
                   AND b.group_no = g.group_no
                   AND b.state IN ('ready', 'initiating', 'initiated')
 WHERE g.account_id = $1::bigint AND g.run_id = $2::bigint
   AND g.funds_at IS NULL
 GROUP BY g.run_id, g.account_id, g.group_no, g.name, g.funds_note
 ORDER BY EXISTS (SELECT 1 FROM batch x
                   WHERE x.run_id = g.run_id AND x.group_no = g.group_no
                     AND x.state NOT IN ('ready', 'initiating', 'initiated')) DESC,
          g.group_no;
