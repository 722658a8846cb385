-- lineage_cannot: an account cannot be listed.
--   $1 int   hold_id
--   $2 text  account
-- returns (account_id), or nothing: it was listed, or is not asked for
INSERT INTO lineage_list (hold_id, account_id, note, cannot)
SELECT $1::bigint, a.account_id, 'declared unlistable', true
  FROM funding_account a
 WHERE a.name = $2::text
    ON CONFLICT (hold_id, account_id) DO UPDATE
   SET cannot = true
 WHERE lineage_list.done_at IS NULL
RETURNING account_id;
