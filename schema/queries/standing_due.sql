-- standing_due: drafts out of a folder with a standing approval that nobody
-- asked it about.
--   $1 bool  live
-- returns (drop_id, run_id, state, maker, standing_id, agreed_by, refuses)
SELECT d.drop_id, r.run_id, r.state, f.maker, s.standing_id, s.agreed_by,
       standing_refuses(s.standing_id, r.run_id) AS refuses
  FROM drop_file d
  JOIN drop_folder f USING (folder_id)
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = r.account_id
  JOIN standing s ON s.folder_id = f.folder_id AND s.agreed_at IS NOT NULL
                 AND s.ended_at IS NULL AND s.until > now()
 WHERE d.state = 'accepted' AND d.standing = ''
   AND r.state IN ('draft', 'submitted') AND a.live = $1::boolean
 ORDER BY d.drop_id;
