-- lineage_had_mark: did this host keep a mark?
--   $1 text  host
-- returns (had_one)
SELECT EXISTS (SELECT 1 FROM lineage_host WHERE host = $1::text) AS had_one;
