-- lineage_hosts: whose journals a hold needs, and what they said.
--   $1 int  hold_id
-- returns (host, read, whole, excused, entries, unknown, note)
SELECT coalesce(j.host, s.host) AS host,
       j.host IS NOT NULL AND NOT (j.excused AND j.entries = 0 AND NOT j.whole)
           AS read,
       coalesce(j.whole, false) AS whole, coalesce(j.excused, false) AS excused,
       coalesce(j.entries, 0) AS entries, coalesce(j.unknown, 0) AS unknown,
       coalesce(j.note, '') AS note
  FROM (SELECT host, whole, excused, entries, unknown, note
          FROM lineage_journal WHERE hold_id = $1::bigint) j
  FULL JOIN lineage_silent($1::bigint) s USING (host)
 ORDER BY 1;
