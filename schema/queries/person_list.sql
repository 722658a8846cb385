-- person_list: all users.
-- returns (user_name, role, disabled) by name
SELECT user_name, role, disabled
  FROM app_user
 ORDER BY user_name;
