-- run_funds: note that every account covers its part of a run, or forget it.
--   $1 int   run_id
--   $2 bool  seen
-- returns (run_id)
WITH each AS (
    UPDATE run_account
       SET funds_at = CASE WHEN $2::boolean THEN now() END,
           funds_note = CASE WHEN $2::boolean THEN funds_note ELSE '' END,
           look_at = NULL
     WHERE run_id = $1::bigint
), groups AS (
    UPDATE run_group
       SET funds_at = CASE WHEN $2::boolean THEN now() END, funds_note = ''
     WHERE run_id = $1::bigint
)
UPDATE run
   SET funds_at = CASE WHEN $2::boolean THEN now() END
 WHERE run_id = $1::bigint
RETURNING run_id;
