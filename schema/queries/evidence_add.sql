-- evidence_add: what one person says became of a payment.
--   $1 bigint  run_id
--   $2 bigint  batch_id
--   $3 bigint  seq
--   $4 text    was
--   $5 text    says
--   $6 text    receipt
--   $7 text    reason
--   $8 text    note
--   $9 text    file_name    NULL: no file
--   $10 bytea  file_body
--   $11 text   who
-- returns (evidence_id), or nothing: there is an open proposal
INSERT INTO evidence (run_id, batch_id, seq, was, says, receipt, reason, note,
                      file_name, file_sha256, file_body, proposed_by,
                      proposed_role)
SELECT $1::bigint, $2::bigint, $3::bigint, $4::text::outcome_state,
       $5::text::outcome_state, $6::text, $7::text, $8::text, $9::text,
       CASE WHEN $9::text IS NOT NULL THEN sha256($10::bytea) END,
       CASE WHEN $9::text IS NOT NULL THEN $10::bytea END, user_name, role
  FROM app_user
 WHERE user_name = $11::text
    ON CONFLICT (batch_id, seq) WHERE ended_at IS NULL DO NOTHING
RETURNING evidence_id;
