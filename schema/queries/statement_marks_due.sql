-- statement_marks_due: what a provider is to be told, in order of its numbers.
--   $1 int   account_id
--   $2 text  after this one
--   $3 int   at most
-- returns (provider_id, want)
SELECT provider_id, want
  FROM provider_mark
 WHERE account_id = $1::bigint AND marked_at IS NULL AND want <> said
   AND provider_id > $2::text
 ORDER BY provider_id
 LIMIT $3::bigint;
