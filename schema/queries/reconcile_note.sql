-- reconcile_note: a finding that is not found in SQL: of digests, of the audit.
--   $1 text  kind
--   $2 int   account_id   0: of none
--   $3 int   run_id       0: of none
--   $4 int   batch_id     0: of none
--   $5 int   ours_minor
--   $6 int   theirs_minor
--   $7 int   minor
--   $8 text  what
--   $9 text  detail
INSERT INTO reconcile_finding (kind, account_id, run_id, batch_id, ours_minor,
                               theirs_minor, minor, what, detail)
VALUES ($1::text, nullif($2::bigint, 0), nullif($3::bigint, 0),
        nullif($4::bigint, 0), $5::bigint, $6::bigint, $7::bigint, $8::text,
        $9::text);
