-- doctor_lanes: funding accounts as they were first seen, and whether anything
-- is sent from them.
-- returns (name, provider, live, ccy, wallet_id, lane_closed, lane_why)
SELECT name, provider, live, ccy::text AS ccy,
       coalesce(wallet_id, '') AS wallet_id, lane_closed, lane_why
  FROM funding_account
 ORDER BY name;
