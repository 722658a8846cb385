-- explain_list: what is to be explained, and what was: runs with doubles,
-- errands in doubt, and every explanation of them, newest first.
--   $1 int  run_id     0: all
--   $2 int  door_ms    how long an errand's door stays open
--   $3 int  rows_max
-- returns (explanation_id, ref, what, says, reason, note, proposed_by, ended,
--   ended_by) 0: nobody explained it yet
SELECT * FROM (
    SELECT 0::bigint AS explanation_id, r.ref, left(d.why, 300) AS what,
           '' AS says, '' AS reason, '' AS note, '' AS proposed_by,
           '' AS ended, '' AS ended_by, d.history_id AS place
      FROM unexplained d
      JOIN run r USING (run_id)
     WHERE $1::bigint IN (0, d.run_id)
    UNION ALL
    SELECT 0, 'errand ' || e.errand_id,
           e.service || ' of ' || a.name || ' in doubt: ' || left(e.detail, 200),
           '', '', '', '', '', '', e.errand_id
      FROM errand e
      JOIN funding_account a USING (account_id)
     WHERE $1::bigint = 0
       AND (e.answer = 'in_doubt'
            OR (e.answer IS NULL
                AND e.left_at < clock_timestamp()
                                - make_interval(secs => $2::bigint / 1000.0)))
    UNION ALL
    SELECT x.explanation_id, coalesce(r.ref, 'errand ' || x.errand_id), '',
           x.says, left(x.reason, 300),
           left(coalesce(x.file_name, x.note), 300), x.proposed_by,
           coalesce(x.ended_how, ''), coalesce(x.ended_by, ''),
           x.explanation_id
      FROM explanation x
      LEFT JOIN run r ON r.run_id = x.run_id
     WHERE $1::bigint IN (0, x.run_id)) AS all_of_it
 ORDER BY explanation_id, place DESC
 LIMIT $3::bigint;
