-- report_columns: the columns of a run's file that payrun does not know, by
-- their names in instruction.extra, in the order of the file.  A second column
-- of the same name is called "NAME, column NR" there.
--   $1 bigint  run_id
-- returns (name)
WITH known AS (
    SELECT t.k, min(t.nr) AS nr
      FROM instruction i
     CROSS JOIN LATERAL json_object_keys(i.extra::json)
           WITH ORDINALITY AS t(k, nr)
     WHERE i.batch_id BETWEEN $1::bigint * 100000
                          AND $1::bigint * 100000 + 99999
       AND i.extra LIKE '{%'
     GROUP BY t.k
), head AS (
    SELECT t.h, min(t.nr) AS nr
      FROM run r
      JOIN source_file f USING (file_id)
     CROSS JOIN LATERAL json_array_elements_text(f.header::json)
           WITH ORDINALITY AS t(h, nr)
     WHERE r.run_id = $1::bigint
     GROUP BY t.h
)
SELECT k.k AS name
  FROM known k
  LEFT JOIN head h ON btrim(h.h) = k.k
 ORDER BY coalesce(h.nr, substring(k.k FROM 'column ([0-9]{1,3})$')::bigint,
                   1000 + k.nr), k.k;
