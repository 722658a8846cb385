-- lineage_list_wants: before the hold is lifted, this account must be listed.
--   $1 int  hold_id
--   $2 int  account_id
-- returns (account_id), or nothing: it stands there already
INSERT INTO lineage_list (hold_id, account_id)
VALUES ($1::bigint, $2::bigint)
    ON CONFLICT (hold_id, account_id) DO NOTHING
RETURNING account_id;
