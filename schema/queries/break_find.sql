-- break_find: one break, held for who decides about it.
--   $1 int  break_id
-- returns (state, minor, ccy, about, detail, run_id, live, made_by, proposal,
--   proposed_by), or nothing; proposal 0: nobody proposed to write it off
SELECT b.state, b.minor, b.ccy::text AS ccy, b.about, b.detail,
       coalesce(b.run_id, 0) AS run_id, coalesce(a.live, false) AS live,
       coalesce(r.made_by, '') AS made_by, coalesce(w.write_off_id, 0) AS proposal,
       coalesce(w.proposed_by, '') AS proposed_by
  FROM break b
  LEFT JOIN run r USING (run_id)
  LEFT JOIN funding_account a ON a.account_id = coalesce(b.account_id, r.account_id)
  LEFT JOIN break_write_off w ON w.break_id = b.break_id AND w.ended_how IS NULL
 WHERE b.break_id = $1::bigint
   FOR UPDATE OF b;
