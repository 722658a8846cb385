-- lineage_journal_seen: was this host's journal read in the hold, and whole?
--   $1 int   hold_id
--   $2 text  host
--   $3 int   last     number of its last entry
-- returns (host), or nothing
SELECT host
  FROM lineage_journal
 WHERE hold_id = $1::bigint AND host = $2::text AND last = $3::bigint AND whole;
