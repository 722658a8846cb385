-- statement_marks_left: how much a provider is still to be told.
--   $1 int  account_id
-- returns (n)
SELECT count(*) AS n
  FROM provider_mark
 WHERE account_id = $1::bigint AND marked_at IS NULL AND want <> said;
