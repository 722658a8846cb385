-- statement_keep_again: which lines of the stage another statement had brought.
--   $1 int   statement_id
--   $2 int   account_id
--   $3 text  book
INSERT INTO statement_again (line_id, statement_id)
SELECT l.line_id, $1::bigint
  FROM statement_stage s
  JOIN statement_line l ON l.account_id = $2::bigint AND l.book = $3::text
                       AND l.identity = s.identity
 WHERE l.statement_id <> $1::bigint
    ON CONFLICT DO NOTHING;
