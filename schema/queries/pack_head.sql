-- pack_head: which book an evidence pack is of, and how far it went.
--   $1 bigint  run_id
-- returns (installation, steps, audit_nr, audit_hash, as_of_us: the last thing
--   that happened to the run)
SELECT l.installation::text AS installation,
       (SELECT max(s.step)::bigint FROM schema_step s) AS steps,
       h.audit_id AS audit_nr, encode(h.hash, 'hex') AS audit_hash,
       (extract(epoch FROM greatest(
            r.state_at,
            (SELECT max(y.at) FROM history y WHERE y.run_id = r.run_id),
            (SELECT max(o.at) FROM outcome o
              WHERE o.batch_id BETWEEN r.run_id * 100000
                                   AND r.run_id * 100000 + 99999)))
        * 1000000)::bigint AS as_of_us
  FROM run r
 CROSS JOIN lineage l
 CROSS JOIN audit_head h
 WHERE r.run_id = $1::bigint;
