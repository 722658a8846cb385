-- account_lane: open or close the lane of a funding account.  A run that could
-- not go because this account was closed when its last one was looked at has
-- this one looked at again, whoever opens it and for what run.
--   $1 int   account_id
--   $2 bool  closed
--   $3 text  why        for a person
-- returns (name) when that changed something
WITH changed AS (
    UPDATE funding_account
       SET lane_closed = $2::boolean, lane_why = $3::text, lane_at = now()
     WHERE account_id = $1::bigint AND lane_closed <> $2::boolean
    RETURNING account_id, name
), again AS (
    UPDATE run_account ra
       SET funds_at = NULL, funds_note = ''
      FROM changed c, run r
     WHERE NOT $2::boolean AND ra.account_id = c.account_id
       AND r.run_id = ra.run_id AND r.funds_at IS NULL
       AND ra.funds_at IS NOT NULL
)
SELECT name FROM changed;
