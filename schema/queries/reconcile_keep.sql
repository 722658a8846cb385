-- reconcile_keep: note that a reconciliation was made.
--   $1 int, $2 int     run_id, account_id       0: not of one
--   $3 text, $4 text   first and last day       "": nothing left
--   $5 text            who
--   $6 int, $7 int, $8 int   tolerance, late days, watch days
--   $9..$16 int        payments, sum, lines, sum, matched, sum, findings, sum
-- returns (reconciliation_id)
INSERT INTO reconciliation (run_id, account_id, from_day, until_day, made_by,
                            tolerance_minor, late_days, watch_days, payments,
                            payments_minor, lines, lines_minor, matched,
                            matched_minor, findings, findings_minor)
VALUES (nullif($1::bigint, 0), nullif($2::bigint, 0), nullif($3::text, '')::date,
        nullif($4::text, '')::date, $5::text, $6::bigint, $7::bigint::int,
        $8::bigint::int, $9::bigint, $10::bigint, $11::bigint, $12::bigint,
        $13::bigint, $14::bigint, $15::bigint, $16::bigint)
RETURNING reconciliation_id;
