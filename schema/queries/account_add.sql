-- account_add: make a funding account known; one that is known stays as it is.
--   $1 text  name       as in the configuration
--   $2 text  provider
--   $3 bool  live
--   $4 text  ccy        ISO 4217
--   $5 text  wallet_id  '': the default wallet
--   $6 bool  two_phase  its provider's protocol
-- returns nothing
INSERT INTO funding_account (name, provider, live, ccy, wallet_id, two_phase)
VALUES ($1::text, $2::text, $3::boolean, $4::text, nullif($5::text, ''),
        $6::boolean)
    ON CONFLICT (name) DO NOTHING;
