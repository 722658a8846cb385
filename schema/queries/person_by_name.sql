-- person_by_name: one user.
--   $1 text  user_name
-- returns (user_name, role, disabled) or nothing
SELECT user_name, role, disabled
  FROM app_user
 WHERE user_name = $1::text;
