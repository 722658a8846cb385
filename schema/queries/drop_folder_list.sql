-- drop_folder_list: folders that are watched, with the standing approval in
-- force, or the one that waits for the second person.
--   $1 text  path   '': all
-- returns (folder_id, path, account, live, ccy, maker, run_kind, done_marker,
--   standing_id, standing): standing_id 0: none in force
SELECT f.folder_id, f.path, a.name AS account, a.live, a.ccy, f.maker, f.run_kind,
       f.done_marker, coalesce(s.standing_id, 0) AS standing_id,
       coalesce('standing approval ' || s.standing_id || ' (' || s.proposed_by || ', ' || s.agreed_by
                || ') until ' || to_char(s.until AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD HH24:MI'),
                (SELECT format('standing approval %s, proposed by %s, waits for another person: payrun inbox agree %s',
                               p.standing_id, p.proposed_by, p.standing_id)
                   FROM standing p
                  WHERE p.folder_id = f.folder_id AND p.agreed_at IS NULL
                    AND p.ended_at IS NULL AND p.until > now()
                  ORDER BY p.standing_id DESC LIMIT 1), '') AS standing
  FROM drop_folder f
  JOIN funding_account a USING (account_id)
  LEFT JOIN standing s ON s.folder_id = f.folder_id AND s.agreed_at IS NOT NULL
                      AND s.ended_at IS NULL AND s.until > now()
 WHERE f.state = 'active' AND ($1::text = '' OR f.path = $1::text)
 ORDER BY f.path;
