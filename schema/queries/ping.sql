-- ping: is the database there?
-- returns (one)
SELECT 1::bigint AS one;
