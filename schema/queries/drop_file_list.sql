-- drop_file_list: the last files of the watched folders, newest first.
--   $1 int   most
-- returns (path, name, state, ref, run_state, problems, note, standing, at)
SELECT f.path, d.name, d.state, coalesce(r.ref, '') AS ref,
       coalesce(r.state::text, '') AS run_state, d.problems::bigint AS problems,
       d.note, d.standing,
       to_char(d.at AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD HH24:MI:SS') AS at
  FROM drop_file d
  JOIN drop_folder f USING (folder_id)
  LEFT JOIN run r USING (run_id)
 ORDER BY d.drop_id DESC
 LIMIT $1::bigint;
