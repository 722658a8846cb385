-- lineage_journal_put: a host's journal was read in a hold.
--   $1 int   hold_id
--   $2 text  host
--   $3 bool  whole
--   $4 int   entries
--   $5 int   unknown
--   $6 int   last
--   $7 text  note
-- returns (host)
INSERT INTO lineage_journal (hold_id, host, whole, entries, unknown, last, note)
VALUES ($1::bigint, $2::text, $3::boolean, $4::bigint, $5::bigint, $6::bigint,
        $7::text)
    ON CONFLICT (hold_id, host) DO UPDATE
   SET whole = excluded.whole, entries = excluded.entries,
       unknown = excluded.unknown, last = excluded.last, note = excluded.note,
       read_at = now()
RETURNING host;
