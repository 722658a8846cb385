-- drop_seen: was a file of these bytes taken in before?
--   $1 bytea  sha256
--   $2 int    folder_id
--   $3 text   name
-- returns (drop_id, state, here, ref): here: this very file, still to be moved;
--   drop_id 0: the bytes became a run by another way; nothing: they are new
SELECT d.drop_id, d.state,
       d.folder_id = $2::bigint AND d.name = $3::text AND d.moved_at IS NULL AS here,
       coalesce(r.ref, '') AS ref
  FROM drop_file d
  LEFT JOIN run r USING (run_id)
 WHERE d.sha256 = $1::bytea
   AND (d.state = 'accepted'
        OR (d.folder_id = $2::bigint AND d.name = $3::text AND d.moved_at IS NULL))
UNION ALL
SELECT 0, 'accepted', false, r.ref
  FROM source_file f
  JOIN run r USING (file_id)
 WHERE f.sha256 = $1::bytea AND r.state NOT IN ('rejected', 'cancelled', 'expired')
 ORDER BY here DESC, drop_id DESC
 LIMIT 1;
