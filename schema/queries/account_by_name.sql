-- account_by_name: what is stored about one funding account.
--   $1 text  name
-- returns (account_id, provider, live, ccy, wallet_id) or nothing
SELECT account_id, provider, live, ccy::text AS ccy,
       coalesce(wallet_id, '') AS wallet_id
  FROM funding_account
 WHERE name = $1::text;
