-- audit_add: append one link to the audit chain.  The function (schema step
-- 0008) moves the one row of audit_head, so appends queue up, and this is safe
-- outside of a transaction too.  The hash covers prev_hash and then, each as
-- "<bytes>:<text>": number, time, actor, action, subject, detail.
--   $1 text  actor
--   $2 text  action
--   $3 text  subject
--   $4 text  detail
-- returns (audit_id)
SELECT audit_append($1::text, $2::text, $3::text, $4::text) AS audit_id;
