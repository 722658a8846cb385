-- report_now: the moment of the report.
-- returns (now_us), microseconds since 1970 UTC
SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us;
