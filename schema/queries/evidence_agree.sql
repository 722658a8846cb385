-- evidence_agree: the second person.  The keys hold it to what was proposed.
--   $1 bigint  evidence_id
--   $2 text    who
-- returns (evidence_id)
INSERT INTO agreement (evidence_id, proposed_by, batch_id, seq, says, receipt,
                       agreed_by)
SELECT evidence_id, proposed_by, batch_id, seq, says, receipt, $2::text
  FROM evidence
 WHERE evidence_id = $1::bigint
RETURNING evidence_id;
