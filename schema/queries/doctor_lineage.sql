-- doctor_lineage: how far history goes, and who keeps a mark of it.
--   $1 text  host   this one
-- returns (beat, hosts, had_one)
SELECT l.beat, (SELECT count(*) FROM lineage_host) AS hosts,
       EXISTS (SELECT 1 FROM lineage_host x WHERE x.host = $1::text) AS had_one
  FROM lineage l;
