-- statement_page: a page of a pull is stored.
--   $1 int  statement_id
--   $2 int  the page to go on with; never back
--   $3 int  number for its next line
--   $4 int, $5 int, $6 int, $7 int  new lines, rows open, unbooked, unclear
UPDATE statement
   SET next_page = greatest(next_page, $2::bigint::int),
       next_line = greatest(next_line, $3::bigint),
       new_lines = new_lines + $4::bigint, open_rows = open_rows + $5::bigint,
       unbooked = unbooked + $6::bigint, unclear = unclear + $7::bigint
 WHERE statement_id = $1::bigint;
