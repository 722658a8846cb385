-- compare_people: two runs person by person.  A person is an employee number,
-- or name and account where there is none; several rows of one are added up,
-- and of several accounts the first and the last are looked at.
--   $1 int   run_id   now
--   $2 int   before
--   $3 int   most     how many of each sort to name
-- returns (sort, nr, who, name, line_no, minor, minor_before, account,
--   account_before): nr 0 is the total of a sort (minor: how many), then the
--   largest of each: new, left, moved (another account), risen, fallen
WITH line AS (
    SELECT batch_id BETWEEN $1::bigint * 100000
                        AND $1::bigint * 100000 + 99999 AS is_now,
           coalesce(nullif(employee_no, ''), lower(name) || ' / ' || account)
               COLLATE "C" AS who,
           name COLLATE "C" AS name, line_no, minor,
           CASE WHEN bank_code IS NULL AND account_reference IS NULL
                THEN account
                ELSE concat_ws('/', account, bank_code, account_reference)
           END COLLATE "C" AS account
      FROM instruction
     WHERE batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
        OR batch_id BETWEEN $2::bigint * 100000 AND $2::bigint * 100000 + 99999
), person AS MATERIALIZED (
    SELECT who,
           coalesce(min(name) FILTER (WHERE is_now), min(name)) AS name,
           coalesce(min(line_no) FILTER (WHERE is_now), min(line_no)) AS line_no,
           coalesce(sum(minor) FILTER (WHERE is_now), 0)::bigint AS minor,
           coalesce(sum(minor) FILTER (WHERE NOT is_now), 0)::bigint
               AS minor_before,
           min(account) FILTER (WHERE is_now) AS first,
           max(account) FILTER (WHERE is_now) AS last,
           min(account) FILTER (WHERE NOT is_now) AS first_before,
           max(account) FILTER (WHERE NOT is_now) AS last_before,
           bool_or(is_now) AS now, bool_or(NOT is_now) AS before
      FROM line
     GROUP BY who
), judged AS (
    SELECT who, name, line_no, minor, minor_before, first, last,
           first_before, last_before, now, before, now AND before AS stays,
           (first, last) IS DISTINCT FROM (first_before, last_before) AS moves
      FROM person p
), total AS (
    SELECT count(*) FILTER (WHERE now) AS people,
           count(*) FILTER (WHERE before) AS people_before,
           count(*) FILTER (WHERE NOT before) AS arrived,
           count(*) FILTER (WHERE NOT now) AS gone,
           count(*) FILTER (WHERE stays AND moves) AS moved,
           count(*) FILTER (WHERE stays AND minor > minor_before) AS risen,
           count(*) FILTER (WHERE stays AND minor < minor_before) AS fallen
      FROM judged
), largest AS (
    (SELECT 'new' AS sort, who, name, line_no, minor, minor_before, first, last,
            first_before, last_before, minor::numeric AS size
       FROM judged
      WHERE NOT before
      ORDER BY minor DESC, who LIMIT $3::bigint)
    UNION ALL
    (SELECT 'left', who, name, line_no, minor, minor_before, first, last,
            first_before, last_before, minor_before
       FROM judged
      WHERE NOT now
      ORDER BY minor_before DESC, who LIMIT $3::bigint)
    UNION ALL
    (SELECT 'moved', who, name, line_no, minor, minor_before, first, last,
            first_before, last_before, minor
       FROM judged
      WHERE stays AND moves
      ORDER BY minor DESC, who LIMIT $3::bigint)
    UNION ALL
    (SELECT 'risen', who, name, line_no, minor, minor_before, first, last,
            first_before, last_before, minor::numeric / minor_before AS size
       FROM judged
      WHERE stays AND minor > minor_before
      ORDER BY size DESC, who LIMIT $3::bigint)
    UNION ALL
    (SELECT 'fallen', who, name, line_no, minor, minor_before, first, last,
            first_before, last_before, minor_before::numeric / minor AS size
       FROM judged
      WHERE stays AND minor < minor_before
      ORDER BY size DESC, who LIMIT $3::bigint)
)
SELECT sort, 0::bigint AS nr, '' AS who, '' AS name, 0::bigint AS line_no,
       n AS minor, n_before AS minor_before, '' AS account,
       '' AS account_before
  FROM total,
       LATERAL (VALUES ('people', people, people_before), ('new', arrived, 0),
                       ('left', gone, 0), ('moved', moved, 0),
                       ('risen', risen, 0), ('fallen', fallen, 0))
               AS s(sort, n, n_before)
UNION ALL
SELECT sort, row_number() OVER (PARTITION BY sort
                                ORDER BY size DESC, who),
       who, name, line_no, minor, minor_before,
       concat_ws(', ', first, nullif(last, first)),
       concat_ws(', ', first_before, nullif(last_before, first_before))
  FROM largest
 ORDER BY sort, nr;
