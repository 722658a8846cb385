-- lineage_look: how far the history of this database goes, and whether it is
-- the one that a mark knows.
--   $1 int  beat      the mark's; 0: none
--   $2 int  audit_id  the mark's newest entry of the audit; 0: none
-- returns (installation, epoch, beat, nonce, at_us, mark_nonce, mark_beat_us,
--   audit_id, audit_hash, mark_hash, place, hold_id, hold_why, vouched):
--   mark_nonce and mark_hash: what is stored here for $1 and $2, NULL: nothing;
--   hold_id 0: none is open; vouched: nothing was ever sent, or a host with a
--   mark has agreed with this server since it was started
SELECT l.installation::text AS installation, l.epoch, l.beat, l.nonce,
       (extract(epoch FROM l.at) * 1000000)::bigint AS at_us,
       b.nonce AS mark_nonce,
       (extract(epoch FROM b.at) * 1000000)::bigint AS mark_beat_us,
       h.audit_id, encode(h.hash, 'hex') AS audit_hash,
       (SELECT encode(a.hash, 'hex') FROM audit a
         WHERE a.audit_id = $2::bigint) AS mark_hash,
       lineage_place() AS place, coalesce(s.hold_id, 0) AS hold_id,
       o.why AS hold_why,
       l.beat = 0
       OR EXISTS (SELECT 1 FROM lineage_host x
                   WHERE x.seen_at > pg_postmaster_start_time()
                     AND x.seen_at < now() + interval '1 minute'
                     AND x.place = lineage_place()) AS vouched
  FROM lineage l
 CROSS JOIN audit_head h
 CROSS JOIN standstill s
  LEFT JOIN lineage_hold o ON o.hold_id = s.hold_id
  LEFT JOIN lineage_beat b ON b.beat = $1::bigint;
