-- outbox_put: an event, told to the channels that want it.
--   $1 text  class    alert, run, report or test
--   $2 text  kind     report.morning ...
--   $3 text  subject  the run, account or person it is about
--   $4 text  title
--   $5 text  detail
--   $6 text  data     JSON
--   $7 text  once     what must not be told twice; NULL: every time is new
-- returns (outbox_id): 0: it was told before
SELECT outbox_put($1::text, $2::text, $3::text, $4::text, $5::text,
                  $6::json, $7::text) AS outbox_id;
