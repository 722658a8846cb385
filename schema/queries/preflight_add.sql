-- preflight_add: what was found before a release.
--   $1 text  by         $2 text  what       $3 text  result
--   $4 int   short_minor  $5 text  ccy  '': none  $6 text  findings, as JSON
INSERT INTO preflight (by, what, result, short_minor, ccy, findings)
VALUES ($1::text, $2::text, $3::text, $4::bigint, nullif($5::text, ''), $6::text);
