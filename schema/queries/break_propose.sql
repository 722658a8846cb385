-- break_propose: one of two people would write it off.
--   $1 int, $2 int   break_id, its price
--   $3 text          why
--   $4 text, $5 text who, in which role
-- returns (write_off_id), or nothing: somebody did already
INSERT INTO break_write_off (break_id, minor, reason, proposed_by, proposed_role)
VALUES ($1::bigint, $2::bigint, $3::text, $4::text, $5::text)
    ON CONFLICT (break_id) WHERE ended_how IS NULL DO NOTHING
RETURNING write_off_id;
