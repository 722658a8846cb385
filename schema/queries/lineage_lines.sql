-- lineage_lines: payments listed during a hold that a person must see.
--   $1 int  hold_id
--   $2 int  most
-- returns (account, provider_id, at, payee, name, minor, ccy, receipt,
--   reference, fate, verdict, file_alias, ref, number, seq): ref, number and seq are of the
--   payment of ours it is, or is like; NULL: none
SELECT a.name AS account, l.provider_id,
       to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
       l.payee, l.name, l.minor, l.ccy::text AS ccy, l.receipt, l.reference,
       l.fate, l.verdict, l.file_alias, r.ref, b.number, l.seq
  FROM lineage_line l
  JOIN funding_account a USING (account_id)
  LEFT JOIN batch b ON b.batch_id = l.batch_id
  LEFT JOIN run r ON r.run_id = b.run_id
 WHERE l.hold_id = $1::bigint AND l.verdict IN ('sent', 'alike', 'unknown')
 ORDER BY l.verdict, a.name, l.nr
 LIMIT $2::bigint;
