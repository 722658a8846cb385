-- attempt_answer: note what became of a request.  It is evidence, so it is
-- kept even when the batch is no longer ours; the first answer stands.
--   $1 int   batch_id
--   $2 int   attempt_no
--   $3 text  answer     taken, refused, not_now, barred, in_doubt
--   $4 int   http       0: none
--   $5 text  detail
--   $6 int   event_no   0: none
-- returns (attempt_no)
UPDATE attempt
   SET answered_at = now(), answer = $3::text, http = nullif($4::bigint, 0),
       detail = $5::text, event_no = nullif($6::bigint, 0)
 WHERE batch_id = $1::bigint AND attempt_no = $2::bigint
   AND answered_at IS NULL
RETURNING attempt_no;
