-- person_add: a new user.
--   $1 text  user_name
--   $2 text  role       maker, checker, auditor or admin
-- returns (user_name), or nothing when the name exists
INSERT INTO app_user (user_name, role)
VALUES ($1::text, $2::text)
    ON CONFLICT (user_name) DO NOTHING
RETURNING user_name;
