-- errand_lock: hold the account until this commits, so that two people who ask
-- for the same at once come one after the other.
--   $1 int   account_id
-- returns (account_id)
SELECT account_id
  FROM funding_account
 WHERE account_id = $1::bigint
   FOR NO KEY UPDATE;
