-- report_breaks: the breaks of some runs, and those of some accounts that
-- belong to no run; the open ones first, the oldest of them first.
--   $1 bigint[]  run_ids
--   $2 bigint[]  account_ids
--   $3 bigint    rows_max
-- returns (break_id, kind, state, owner, note, about, detail, run_ref,
--   account, minor, ours_minor, theirs_minor, age_days, age, since_us)
SELECT break_id, kind, state, coalesce(owner, '') AS owner, note, about,
       detail, run_ref, account, minor, ours_minor, theirs_minor,
       age_days::bigint AS age_days, age,
       (extract(epoch FROM since) * 1000000)::bigint AS since_us
  FROM break_view
 WHERE run_id = ANY ($1::bigint[])
    OR (run_id IS NULL AND account_id = ANY ($2::bigint[]))
 ORDER BY is_open DESC, since, minor DESC, break_id
 LIMIT $3::bigint;
