-- ceiling_propose: an admin's proposal for a ceiling of the organisation's own.
-- A closer one is in force at once, a higher one when a second person agrees.
--   $1 text  account   its name; '': all accounts of $2 and $3 together
--   $2 bool  live
--   $3 text  ccy
--   $4 text  what      payment, run or day
--   $5 int   minor     0: none any more
--   $6 text  why
--   $7 text  who
-- returns (ceiling_id, state): in_force, proposed or same; nothing when there
--   is no such account
SELECT ceiling_id, state
  FROM ceiling_propose(nullif($1::text, ''), $2::boolean, $3::text, $4::text,
                       nullif($5::bigint, 0), $6::text, $7::text);
