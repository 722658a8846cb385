-- codes_seen: every code the providers gave for payments and files, with how
-- often, since when, and one place where it stands.
-- returns (provider, what, code, n, first_at, last_at, batch, words)
SELECT a.provider, 'payment' AS what, o.code, count(*) AS n,
       to_char(min(o.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS first_at,
       to_char(max(o.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_at,
       min(r.ref || '-' || b.number) AS batch, left(min(o.reason), 200) AS words
  FROM outcome o
  JOIN batch b USING (batch_id)
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
 WHERE o.code <> '' AND o.code NOT LIKE 'PR-%'
 GROUP BY a.provider, o.code
UNION ALL
SELECT a.provider, 'file', b.provider_code, count(*),
       to_char(min(b.state_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(max(b.state_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       min(r.ref || '-' || b.number), ''
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
 WHERE b.provider_code <> ''
 GROUP BY a.provider, b.provider_code
 ORDER BY 1, 2, 3;
