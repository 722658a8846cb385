-- statement_pull: the pull of these days that was interrupted, else a new one.
--   $1 int             account_id
--   $2 text, $3 text   first and last day
--   $4 text, $5 text   currency, person
--   $6 text            the wallet or till, as the provider names it
-- returns (statement_id, next_page, next_line, resumed)
WITH found AS (
    SELECT statement_id, next_page, next_line
      FROM statement
     WHERE account_id = $1::bigint AND from_day = $2::text::date
       AND until_day = $3::text::date AND state = 'reading'
), made AS (
    INSERT INTO statement (account_id, book, source, state, own_account, ccy,
                           from_day, until_day, imported_by)
    SELECT $1::bigint, 'provider', 'pull', 'reading', $6::text, $4::text,
           $2::text::date, $3::text::date, $5::text
     WHERE NOT EXISTS (SELECT 1 FROM found)
        ON CONFLICT DO NOTHING
    RETURNING statement_id, next_page, next_line
)
SELECT statement_id, next_page::bigint AS next_page, next_line, true AS resumed
  FROM found
UNION ALL
SELECT statement_id, next_page::bigint, next_line, false FROM made;
