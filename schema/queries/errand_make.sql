-- errand_make: note what a person asks a provider for, before it is sent.
--   $1 int    account_id
--   $2 text   service
--   $3 text   asked_by
--   $4 text   ask          JSON, no secrets
--   $5 bytea  same
--   $6 int    minor        0: no amount
--   $7 text   ccy
--   $8 text   again_why    '': it is not asked for again
-- returns (errand_id)
INSERT INTO errand (account_id, service, asked_by, ask, same, minor, ccy,
                    again_why)
VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::bytea, $6::bigint,
        $7::text, $8::text)
RETURNING errand_id;
