-- pack_audit: the links of the audit chain from the first one about a run to
-- the newest: each hash covers the one before it, so those of others in between
-- are needed to check it.  The text of the time is the one that was hashed.
--   $1 bigint  run_id
-- returns (line); of_run: it is about this run
SELECT row_to_json(x)::text AS line
  FROM (SELECT a.audit_id AS nr,
               to_char(a.at AT TIME ZONE 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
               a.actor, a.action, a.subject, a.detail, a.subject = r.ref AS of_run,
               encode(a.prev_hash, 'hex') AS prev_hash,
               encode(a.hash, 'hex') AS hash
          FROM run r
          JOIN audit a ON a.audit_id >= (SELECT min(f.audit_id) FROM audit f
                                          WHERE f.subject = r.ref)
         WHERE r.run_id = $1::bigint) x
 ORDER BY x.nr;
