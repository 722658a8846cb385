-- break_history: all that happened to one break.
--   $1 int  break_id
-- returns (at, actor, did, from_state, to_state, minor, note)
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
       actor, did, from_state, to_state, minor, note
  FROM break_history
 WHERE break_id = $1::bigint
 ORDER BY history_id;
