-- bank_put: a provider's whole list of banks as it is now; a bank that is not
-- in it any more goes.
--   $1 text    provider
--   $2 bool    live
--   $3 text[]  codes
--   $4 text[]  names      as many
-- returns nothing
WITH put AS (
    INSERT INTO bank AS b (provider, live, code, name, seen_at)
    SELECT DISTINCT ON (t.code) $1::text, $2::boolean, t.code, t.name, now()
      FROM unnest($3::text[], $4::text[]) AS t(code, name)
    ON CONFLICT (provider, live, code)
    DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at
)
DELETE FROM bank
 WHERE provider = $1::text AND live = $2::boolean
   AND code <> ALL ($3::text[]);
