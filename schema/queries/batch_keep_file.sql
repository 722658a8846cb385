-- batch_keep_file: store the provider's ids of a file where none are stored
-- yet, and read back what the row has now.  A file that already belongs to
-- another batch is not stored: the caller sees that what it reads differs.
--   $1 int   batch_id
--   $2 int   epoch
--   $3 text  tracking_id
--   $4 text  file_alias
--   $5 text  provider_code   '': leave
--   $6 text  provider_at     '': leave
-- returns (tracking_id, file_alias, provider_code, provider_at), or nothing
--   when it is not ours any more
UPDATE batch b
   SET tracking_id = CASE WHEN k.keep THEN $3::text ELSE b.tracking_id END,
       file_alias = CASE WHEN k.keep THEN $4::text ELSE b.file_alias END,
       provider_code = CASE WHEN k.keep AND $5::text <> '' THEN $5::text
                       ELSE b.provider_code END,
       provider_at = CASE WHEN k.keep AND $6::text <> '' THEN $6::text
                     ELSE b.provider_at END
  FROM (SELECT o.batch_id, o.tracking_id IS NULL AND $3::text <> ''
               AND NOT EXISTS (SELECT 1 FROM batch x
                                WHERE x.tracking_id = $3::text) AS keep
          FROM batch o
         WHERE o.batch_id = $1::bigint
           FOR NO KEY UPDATE) k
 WHERE b.batch_id = k.batch_id AND b.epoch = $2::bigint
RETURNING coalesce(b.tracking_id, '') AS tracking_id,
          coalesce(b.file_alias, '') AS file_alias,
          b.provider_code, b.provider_at;
