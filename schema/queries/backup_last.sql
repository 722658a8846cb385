-- backup_last: the last look at the backup, and when one was last restored.
-- returns (file, said, good, age_h, drill_days), or nothing: nobody looked;
--   age_h: of the dump; drill_days -1: never
SELECT c.file, c.said, c.good,
       (extract(epoch FROM now() - c.made_at) / 3600)::bigint AS age_h,
       coalesce((SELECT (extract(epoch FROM now() - max(d.at)) / 86400)::bigint
                   FROM backup_check d WHERE d.drill AND d.good), -1) AS drill_days
  FROM backup_check c
 ORDER BY c.check_id DESC
 LIMIT 1;
