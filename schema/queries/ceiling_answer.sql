-- ceiling_answer: another person agrees to a proposed ceiling, or refuses it.
--   $1 int   ceiling_id
--   $2 bool  agrees
--   $3 text  who
-- returns (fate): done; none: there is no such proposal; ended: it is not open
--   any more; overtaken: what it was a change of has changed
SELECT ceiling_answer($1::bigint, $2::boolean, $3::text) AS fate;
