-- pack_let_go: checkers who let a run go on although payees of it were in doubt
-- elsewhere.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT t.at, t.by, t.role, t.why
          FROM thaw t
         WHERE t.run_id = $1::bigint) x
 ORDER BY x.at;
