-- outbox_look: events for what no transaction tells: in doubt for too long,
-- nobody at work.
--   $1 bigint  doubt_s
--   $2 bigint  gone_s
-- returns (told): how many were new
SELECT outbox_look($1::bigint, $2::bigint) AS told;
