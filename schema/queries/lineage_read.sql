-- lineage_read: how far the history of this database goes.
-- returns (beat, at_us)
SELECT beat, (extract(epoch FROM at) * 1000000)::bigint AS at_us
  FROM lineage;
