-- bank_list: a provider's banks as it last listed them.
--   $1 text  provider
--   $2 bool  live
-- returns (code, name, seen_us) by name
SELECT code, name, (extract(epoch FROM seen_at) * 1000000)::bigint AS seen_us
  FROM bank
 WHERE provider = $1::text AND live = $2::boolean
 ORDER BY lower(name), code;
