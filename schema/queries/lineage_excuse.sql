-- lineage_excuse: whoever proposes to lift a hold says that a host's journal is
-- lost.
--   $1 int   hold_id
--   $2 text  host
-- returns (host), or nothing: nobody waits for it
INSERT INTO lineage_journal (hold_id, host, whole, entries, unknown, last, note,
                             excused)
SELECT $1::bigint, s.host, false, 0, 0, 0, 'it was never read', true
  FROM lineage_silent($1::bigint) s
 WHERE s.host = $2::text
    ON CONFLICT (hold_id, host) DO UPDATE SET excused = true
RETURNING host;
