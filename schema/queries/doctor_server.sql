-- doctor_server: how the server is set up, and what time it is there.
-- returns (version, fsync, checksums, full_pages, commits, read_only, may_write,
--   standbys, now_ms)
SELECT current_setting('server_version') AS version,
       current_setting('fsync') = 'on' AS fsync,
       current_setting('data_checksums') = 'on' AS checksums,
       current_setting('full_page_writes') = 'on' AS full_pages,
       current_setting('synchronous_commit') AS commits,
       pg_is_in_recovery()
           OR current_setting('transaction_read_only') = 'on' AS read_only,
       CASE WHEN to_regclass('payrun.outcome') IS NULL THEN true
            ELSE has_table_privilege('payrun.outcome', 'INSERT')
                 AND has_table_privilege('payrun.batch', 'UPDATE')
       END AS may_write,
       (SELECT count(*) FROM pg_stat_replication
         WHERE sync_state IN ('sync', 'quorum')) AS standbys,
       (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms;
