-- batch_poll_done: note what a status enquiry said, and when to ask next.  If
-- the batch was claimed meanwhile, its next enquiry is left alone.  A released
-- file is never forgotten, whatever the caller believes its state to be.
--   $1 int   batch_id
--   $2 int   epoch
--   $3 int   next_ms      -1: never
--   $4 bool  final_poll   the file is final, an item is not
--   $5 text  code         '': no answer, leave
--   $6 text  updated_at   '': leave
--   $7 int   charge_minor           -1: leave
--   $8 int   charge_estimate_minor  -1: leave
-- returns (polls, final_polls, provider_code, provider_at,
--   charge_estimate_minor)
UPDATE batch
   SET polls = polls + 1,
       poll_at = CASE WHEN epoch <> $2::bigint THEN poll_at
                 WHEN $3::bigint >= 0
                 THEN now() + $3::bigint * interval '1 millisecond'
                 WHEN state IN ('in_flight', 'in_doubt')
                 THEN coalesce(poll_at, now()) END,
       misses = CASE WHEN $5::text = '' THEN misses + 1 ELSE 0 END,
       final_polls = CASE WHEN $4::boolean THEN final_polls + 1
                     WHEN $5::text = '' THEN final_polls ELSE 0 END,
       provider_code = CASE WHEN $5::text = '' THEN provider_code
                       ELSE $5::text END,
       provider_at = CASE WHEN $6::text = '' THEN provider_at
                     ELSE $6::text END,
       charge_minor = CASE WHEN $7::bigint < 0 THEN charge_minor
                      ELSE $7::bigint END,
       charge_estimate_minor = CASE WHEN $8::bigint < 0
                               THEN charge_estimate_minor
                               ELSE $8::bigint END
 WHERE batch_id = $1::bigint
RETURNING polls, final_polls, provider_code, provider_at,
          charge_estimate_minor;
