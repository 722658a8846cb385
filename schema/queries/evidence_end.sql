-- evidence_end: a proposal is open no more.
--   $1 bigint  evidence_id
--   $2 text    how
-- returns (evidence_id), or nothing: it was ended before
UPDATE evidence
   SET ended_at = now(), ended_how = $2::text
 WHERE evidence_id = $1::bigint AND ended_at IS NULL
RETURNING evidence_id;
