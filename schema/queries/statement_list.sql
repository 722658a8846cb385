-- statement_list: statements that were taken in, newest first.
--   $1 text  account name; "": of all
--   $2 int   only this one; 0: all
-- returns (statement_id, account, live, book, source, state, file_name,
--          own_number, own_account, ccy, from_day, until_day, has_opening,
--          has_closing, opening_minor, closing_minor, lines, parts, new_lines,
--          unbooked, open_rows, unclear, in_minor, out_minor, at_us,
--          imported_by)
SELECT s.statement_id, a.name AS account, a.live, s.book, s.source, s.state,
       coalesce(s.file_name, '') AS file_name, s.own_number, s.own_account,
       s.ccy::text AS ccy, coalesce(s.from_day::text, '') AS from_day,
       coalesce(s.until_day::text, '') AS until_day,
       s.opening_minor IS NOT NULL AS has_opening,
       s.closing_minor IS NOT NULL AS has_closing,
       coalesce(s.opening_minor, 0) AS opening_minor,
       coalesce(s.closing_minor, 0) AS closing_minor, s.lines, s.parts,
       s.new_lines, s.unbooked, s.open_rows, s.unclear, s.in_minor,
       s.out_minor,
       (extract(epoch FROM s.imported_at) * 1000000)::bigint AS at_us,
       s.imported_by
  FROM statement s
  JOIN funding_account a USING (account_id)
 WHERE ($1::text = '' OR a.name = $1::text)
   AND ($2::bigint = 0 OR s.statement_id = $2::bigint)
 ORDER BY s.statement_id DESC;
