-- break_move: a person does something about a break; with its history.
--   $1 int   break_id
--   $2 text  state it goes to    the same: it stays
--   $3 text  owner               "": as it was
--   $4 text  note
--   $5 text  actor
--   $6 text  what was done
-- returns (break_id), or nothing: it is not there
WITH was AS MATERIALIZED (
    SELECT break_id, state, minor FROM break WHERE break_id = $1::bigint
), moved AS (
    UPDATE break b
       SET state = $2::text, owner = coalesce(nullif($3::text, ''), b.owner),
           note = CASE WHEN $4::text <> '' THEN $4::text ELSE b.note END,
           state_at = CASE WHEN b.state <> $2::text THEN now() ELSE b.state_at END
      FROM was
     WHERE b.break_id = was.break_id
    RETURNING b.break_id
)
INSERT INTO break_history (break_id, actor, did, from_state, to_state, minor, note)
SELECT w.break_id, $5::text, $6::text, w.state, $2::text, w.minor, $4::text
  FROM was w JOIN moved m USING (break_id)
RETURNING break_id;
