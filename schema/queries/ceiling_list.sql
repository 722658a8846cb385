-- ceiling_list: the ceilings in force and those proposed; and of each account
-- and currency those that are not set at all, with number 0.
-- returns (ceiling_id, account, live, ccy, what, state, minor, before_minor,
--   spent, proposed_by, agreed_by, why): account '': all together; minor and
--   before_minor 0: none; spent: today's, of a ceiling of the day
WITH place AS (
    SELECT DISTINCT NULL::bigint AS account_id, '' AS account, live, ccy
      FROM funding_account
    UNION
    SELECT account_id, name, live, ccy FROM funding_account
), kind AS (
    SELECT what, nr FROM (VALUES ('payment', 1), ('run', 2), ('day', 3))
                         AS k(what, nr)
)
SELECT coalesce(c.ceiling_id, 0) AS ceiling_id, p.account, p.live,
       p.ccy::text AS ccy, k.what, CASE WHEN c.state = 'in_force' AND c.minor IS NULL THEN 'none'
            ELSE coalesce(c.state, 'none') END AS state,
       coalesce(c.minor, 0) AS minor, coalesce(c.before_minor, 0) AS before_minor,
       CASE WHEN k.what = 'day'
            THEN day_spent(today_nairobi(), p.account_id, p.live,
                           p.ccy::text, 0, 0)
            ELSE 0 END AS spent,
       coalesce(c.proposed_by, '') AS proposed_by,
       coalesce(c.agreed_by, '') AS agreed_by, coalesce(c.why, '') AS why
  FROM place p
 CROSS JOIN kind k
  LEFT JOIN ceiling c ON c.account_id IS NOT DISTINCT FROM p.account_id
                     AND c.live = p.live AND c.ccy = p.ccy AND c.what = k.what
                     AND c.state IN ('in_force', 'proposed')
 ORDER BY p.live, p.ccy, p.account, k.nr, c.state = 'proposed', c.ceiling_id;
