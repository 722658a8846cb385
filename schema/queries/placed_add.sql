-- placed_add: the provider's own numbers of payments of a batch.  The first
-- one of a payment stays; a number that another payment of the account has, or
-- that stands in the list for two, is nobody's.
--   $1 int     batch_id
--   $2 int[]   seq
--   $3 text[]  provider_id
-- returns (n)
WITH said AS (
    SELECT min(seq) AS seq, id
      FROM unnest($2::int[], $3::text[]) AS s(seq, id)
     WHERE id <> ''
     GROUP BY id
    HAVING count(DISTINCT seq) = 1
), put AS (
    INSERT INTO placed (batch_id, seq, provider_id, at)
    SELECT b.batch_id, s.seq, s.id, now()
      FROM said s
      JOIN batch b ON b.batch_id = $1::bigint
     WHERE NOT EXISTS (SELECT 1 FROM placed p
                         JOIN batch x ON x.batch_id = p.batch_id
                        WHERE p.provider_id = s.id
                          AND x.account_id = b.account_id)
        ON CONFLICT (batch_id, seq) DO NOTHING
    RETURNING seq
)
SELECT count(*) AS n FROM put;
