-- statement_other_account: statements of this kind so far name another account
-- than this one does.
--   $1 int, $2 text  account_id, source
--   $3 text          the account this one names
-- returns (own_account) or nothing
SELECT own_account
  FROM statement
 WHERE account_id = $1::bigint AND source = $2::text AND own_account <> ''
   AND upper(regexp_replace(own_account, '[^A-Za-z0-9]', '', 'g'))
       <> upper(regexp_replace($3::text, '[^A-Za-z0-9]', '', 'g'))
 ORDER BY statement_id DESC
 LIMIT 1;
