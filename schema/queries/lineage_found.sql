-- lineage_found: each account that must be listed before a hold is lifted, and
-- what was found: those that were asked, and those that ever paid a run.
--   $1 int  hold_id
-- returns (account, live, listed, cannot, trusted, note, rows, known, sent,
--   alike, unknown, nothing, sent_minor, unknown_minor, unproven): unproven:
--   payments that go in doubt because nothing proves that they were not sent
SELECT a.name AS account, a.live, g.done_at IS NOT NULL AS listed,
       coalesce(g.cannot, false) AS cannot,
       coalesce(g.trusted, false) AS trusted, coalesce(g.note, '') AS note,
       coalesce(g.rows, 0) AS rows, l.known, l.sent, l.alike, l.unknown,
       l.nothing, l.sent_minor, l.unknown_minor,
       (SELECT coalesce(sum(u.rows), 0)::bigint
          FROM lineage_unproven($1::bigint) u
         WHERE u.account_id = a.account_id
           AND NOT EXISTS (SELECT 1 FROM lineage_line x
                            WHERE x.hold_id = $1::bigint
                              AND x.batch_id = u.batch_id
                              AND x.verdict IN ('sent', 'alike'))) AS unproven
  FROM funding_account a
  LEFT JOIN lineage_list g ON g.hold_id = $1::bigint
                          AND g.account_id = a.account_id
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE verdict = 'known') AS known,
              count(*) FILTER (WHERE verdict = 'sent') AS sent,
              count(*) FILTER (WHERE verdict = 'alike') AS alike,
              count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
              count(*) FILTER (WHERE verdict = 'nothing') AS nothing,
              coalesce(sum(minor) FILTER (WHERE verdict IN ('sent', 'alike')),
                       0)::bigint AS sent_minor,
              coalesce(sum(minor) FILTER (WHERE verdict = 'unknown'),
                       0)::bigint AS unknown_minor
         FROM lineage_line x
        WHERE x.hold_id = $1::bigint AND x.account_id = a.account_id) l
 WHERE g.account_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM run_account ra
                WHERE ra.account_id = a.account_id)
 ORDER BY a.name;
