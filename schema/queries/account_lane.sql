-- account_lane: open or close the lane of a funding account.
--   $1 int   account_id
--   $2 bool  closed
--   $3 text  why        for a person
-- returns (name) when that changed something
UPDATE funding_account
   SET lane_closed = $2::boolean, lane_why = $3::text, lane_at = now()
 WHERE account_id = $1::bigint AND lane_closed <> $2::boolean
RETURNING name;
