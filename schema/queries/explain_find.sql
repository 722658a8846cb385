-- explain_find: one explanation and what it is about.
--   $1 int  explanation_id
-- returns (run_id, errand_id, says, reason, proposed_by, ended, ref, live);
--   ended: '' while it is open; ref: the run's, or "errand 7"
SELECT coalesce(x.run_id, 0) AS run_id, coalesce(x.errand_id, 0) AS errand_id,
       x.says, left(x.reason, 200) AS reason, x.proposed_by,
       coalesce(x.ended_how, '') AS ended,
       coalesce(r.ref, 'errand ' || x.errand_id) AS ref, a.live
  FROM explanation x
  LEFT JOIN run r ON r.run_id = x.run_id
  LEFT JOIN errand e ON e.errand_id = x.errand_id
  JOIN funding_account a ON a.account_id = coalesce(r.account_id, e.account_id)
 WHERE x.explanation_id = $1::bigint;
