-- audit_verify: the first link of the audit chain that does not hold: changed,
-- or missing before it; the head, when the end was cut off; or what was put
-- behind it.
-- returns (audit_id, why), or nothing when the whole chain holds
WITH link AS (
    SELECT a.audit_id, a.hash, a.prev_hash,
           lag(a.audit_id, 1, 0::bigint) OVER w AS id_before,
           lag(a.hash, 1, decode(repeat('00', 32), 'hex')) OVER w AS hash_before,
           sha256(a.prev_hash || convert_to((
               SELECT string_agg(octet_length(f) || ':' || f, '' ORDER BY nr)
                 FROM unnest(ARRAY[
                          a.audit_id::text,
                          to_char(a.at AT TIME ZONE 'UTC',
                                  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                          a.actor, a.action, a.subject, a.detail])
                      WITH ORDINALITY AS t(f, nr)), 'UTF8')) AS hash_now
      FROM audit a
    WINDOW w AS (ORDER BY a.audit_id)
), fault AS (
    SELECT CASE WHEN audit_id > id_before + 1 THEN id_before + 1
           ELSE audit_id END AS audit_id,
           CASE WHEN audit_id > id_before + 1 THEN 'this entry was removed'
                WHEN hash <> hash_now THEN 'this entry was changed'
                ELSE 'the entry before it was changed or removed'
           END AS why
      FROM link
     WHERE hash <> hash_now OR prev_hash <> hash_before
        OR audit_id <> id_before + 1
    UNION ALL
    SELECT least(h.audit_id, (SELECT coalesce(max(a.audit_id), 0) + 1
                                FROM audit a)),
           CASE WHEN EXISTS (SELECT 1 FROM audit a
                              WHERE a.audit_id = h.audit_id)
                THEN 'this entry is not the one that was written last'
                ELSE 'this entry was removed, with all that followed'
           END
      FROM audit_head h
     WHERE h.audit_id > 0
       AND NOT EXISTS (SELECT 1 FROM audit a
                        WHERE a.audit_id = h.audit_id AND a.hash = h.hash)
    UNION ALL
    SELECT a.audit_id, 'this entry was added behind the newest one'
      FROM audit a, audit_head h
     WHERE a.audit_id > h.audit_id
)
SELECT audit_id, why FROM fault ORDER BY audit_id LIMIT 1;
