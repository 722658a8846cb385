-- audit_add: append one link to the audit chain.  Moving the one row of
-- audit_head makes appends queue up, and makes this safe outside of a
-- transaction too.  The hash covers prev_hash and then, each as
-- "<bytes>:<text>": number, time, actor, action, subject, detail.
--   $1 text  actor
--   $2 text  action
--   $3 text  subject
--   $4 text  detail
-- returns (audit_id)
WITH told AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), head AS (
    UPDATE audit_head h
       SET audit_id = h.audit_id + 1, at = told.at, prev_hash = h.hash,
           hash = sha256(h.hash || convert_to((
               SELECT string_agg(octet_length(f) || ':' || f, '' ORDER BY nr)
                 FROM unnest(ARRAY[
                          (h.audit_id + 1)::text,
                          to_char(told.at AT TIME ZONE 'UTC',
                                  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                          $1::text, $2::text, $3::text, $4::text])
                      WITH ORDINALITY AS t(f, nr)), 'UTF8'))
      FROM told
    RETURNING h.audit_id, h.at, h.prev_hash, h.hash
)
INSERT INTO audit (audit_id, at, actor, action, subject, detail, prev_hash, hash)
SELECT audit_id, at, $1::text, $2::text, $3::text, $4::text, prev_hash, hash
  FROM head
RETURNING audit_id;
