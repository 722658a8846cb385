-- break_answer: another person's word on writing it off.
--   $1 int   write_off_id
--   $2 text  agreed or refused
--   $3 text, $4 text  who, in which role
-- returns (reason), or nothing: it was ended already
UPDATE break_write_off
   SET ended_how = $2::text, ended_by = $3::text, ended_role = $4::text,
       ended_at = now()
 WHERE write_off_id = $1::bigint AND ended_how IS NULL
RETURNING reason;
