-- pack_statements: the statements that have lines about a run.
--   $1 bigint  run_id
-- returns (line)
WITH mine AS (
    SELECT DISTINCT c.statement_id
      FROM statement_line l
      JOIN statement_contains c USING (line_id)
     WHERE l.batch_id BETWEEN $1::bigint * 100000
                          AND $1::bigint * 100000 + 99999
        OR l.line_id IN (
               SELECT m.line_id FROM statement_matched m
                WHERE m.batch_id BETWEEN $1::bigint * 100000
                                     AND $1::bigint * 100000 + 99999)
        OR (l.receipt <> '' AND l.receipt IN (
               SELECT o.receipt FROM outcome o
                WHERE o.batch_id BETWEEN $1::bigint * 100000
                                     AND $1::bigint * 100000 + 99999))
)
SELECT row_to_json(x)::text AS line
  FROM (SELECT s.statement_id AS statement, a.name AS account, s.book, s.source,
               s.file_name, encode(s.file_sha256, 'hex') AS file_sha256,
               s.own_number, s.own_account, s.ccy::text AS ccy, s.from_day,
               s.until_day, s.opening_minor, s.closing_minor, s.lines,
               s.imported_by, s.imported_at
          FROM mine
          JOIN statement s USING (statement_id)
          JOIN funding_account a USING (account_id)) x
 ORDER BY x.statement;
