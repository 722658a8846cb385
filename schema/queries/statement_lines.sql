-- statement_lines: what a statement contains, in its order.
--   $1 int  statement_id
-- returns (line_id, minor, charge_minor, has_balance, balance_minor, again,
--          part, day, at, kind, ccy, provider_id, receipt, reference,
--          party_account, party_name, narrative)
SELECT l.line_id, l.minor, l.charge_minor,
       l.balance_minor IS NOT NULL AS has_balance,
       coalesce(l.balance_minor, 0) AS balance_minor,
       l.statement_id <> $1::bigint AS again, l.part, l.booked_on::text AS day,
       coalesce(to_char(l.booked_at AT TIME ZONE 'Africa/Nairobi',
                        'YYYY-MM-DD HH24:MI:SS'), '') AS at,
       l.kind, l.ccy::text AS ccy, l.provider_id, l.receipt, l.reference,
       l.party_account, l.party_name, l.narrative
  FROM statement_contains c
  JOIN statement_line l USING (line_id)
 WHERE c.statement_id = $1::bigint
 ORDER BY l.booked_on, l.booked_at NULLS FIRST, l.line_id;
