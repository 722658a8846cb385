-- compare_people: two runs person by person.  A person is an employee number,
-- or name and account where there is none; several rows of one are added up.
--   $1 int   run_id   now
--   $2 int   before
--   $3 int   most     how many of each sort to name
-- returns (sort, nr, who, name, line_no, minor, minor_before, account,
--   account_before): nr 0 is the total of a sort (minor: how many), then the
--   largest of each: new, left, moved (another account), risen, fallen
WITH a AS (
    SELECT coalesce(nullif(employee_no, ''), lower(name) || ' / ' || account) AS who,
           min(name) AS name, min(line_no) AS line_no,
           sum(minor)::bigint AS minor,
           string_agg(DISTINCT concat_ws('/', account, bank_code,
                                         account_reference), ', ') AS account
      FROM instruction
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
     GROUP BY 1
), b AS (
    SELECT coalesce(nullif(employee_no, ''), lower(name) || ' / ' || account) AS who,
           min(name) AS name, min(line_no) AS line_no,
           sum(minor)::bigint AS minor,
           string_agg(DISTINCT concat_ws('/', account, bank_code,
                                         account_reference), ', ') AS account
      FROM instruction
     WHERE batch_id BETWEEN $2::bigint * 100000 AND $2::bigint * 100000 + 99999
     GROUP BY 1
), both_runs AS MATERIALIZED (
    SELECT who, coalesce(a.name, b.name) AS name,
           coalesce(a.line_no, b.line_no) AS line_no,
           coalesce(a.minor, 0) AS minor, coalesce(b.minor, 0) AS minor_before,
           coalesce(a.account, '') AS account,
           coalesce(b.account, '') AS account_before,
           a.who IS NOT NULL AS now, b.who IS NOT NULL AS before
      FROM a FULL JOIN b USING (who)
), sorted AS (
    SELECT p.*, s.sort,
           row_number() OVER (PARTITION BY s.sort
               ORDER BY CASE s.sort
                        WHEN 'risen' THEN p.minor::numeric / p.minor_before
                        WHEN 'fallen' THEN p.minor_before::numeric / p.minor
                        ELSE greatest(p.minor, p.minor_before) END DESC,
                        p.who) AS nr
      FROM both_runs p,
           LATERAL (VALUES ('new', NOT before), ('left', NOT now),
                           ('moved', now AND before AND account <> account_before),
                           ('risen', now AND before AND minor > minor_before),
                           ('fallen', now AND before AND minor < minor_before))
                   AS s(sort, holds)
     WHERE s.holds
)
SELECT 'people' AS sort, 0::bigint AS nr, '' AS who, '' AS name,
       0::bigint AS line_no, count(*) FILTER (WHERE now) AS minor,
       count(*) FILTER (WHERE before) AS minor_before, '' AS account,
       '' AS account_before
  FROM both_runs
UNION ALL
SELECT sort, 0, '', '', 0, count(*), 0, '', '' FROM sorted GROUP BY sort
UNION ALL
SELECT sort, nr, who, name, line_no, minor, minor_before, account,
       account_before
  FROM sorted
 WHERE nr <= $3::bigint
 ORDER BY sort, nr;
