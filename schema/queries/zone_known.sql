-- zone_known: does the database know this time zone, by this name?
--   $1 text  zone
-- returns (name)
SELECT name FROM pg_timezone_names WHERE lower(name) = lower($1::text) LIMIT 1;
