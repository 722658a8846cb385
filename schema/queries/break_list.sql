-- break_list: breaks, the open ones first.
--   $1 int   run_id       0: any
--   $2 text  account      "": any
--   $3 bool  open ones only
-- returns (break_id, kind, state, owner, note, about, detail, run_ref,
--   account, book, minor, ours_minor, theirs_minor, ccy, age_days, age,
--   heals_until, is_open)
SELECT break_id, kind, state, coalesce(owner, '') AS owner, note, about,
       detail, run_ref, account, book, minor, ours_minor, theirs_minor, ccy,
       age_days, age, coalesce(heals_until::text, '') AS heals_until, is_open
  FROM break_view
 WHERE ($1::bigint = 0 OR run_id = $1::bigint)
   AND ($2::text = '' OR account = $2::text)
   AND (is_open OR NOT $3::boolean)
 ORDER BY is_open DESC, age_days DESC, minor DESC, break_id;
