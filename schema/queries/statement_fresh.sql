-- statement_fresh: how many lines of a statement nobody had brought before.
--   $1 int  statement_id
--   $2 int  lines and parts
UPDATE statement SET new_lines = $2::bigint WHERE statement_id = $1::bigint;
