-- lineage_list_done: an account was listed, or could not be.
--   $1 int   hold_id
--   $2 int   account_id
--   $3 int   rows
--   $4 text  note        why it could not; '': it was, to its end
-- returns (account_id)
INSERT INTO lineage_list (hold_id, account_id, began_at, done_at, rows, note)
VALUES ($1::bigint, $2::bigint, now(), CASE WHEN $4::text = '' THEN now() END,
        $3::bigint, $4::text)
    ON CONFLICT (hold_id, account_id) DO UPDATE
   SET began_at = excluded.began_at, done_at = excluded.done_at,
       rows = excluded.rows, note = excluded.note, cannot = false,
       trusted = false
RETURNING account_id;
