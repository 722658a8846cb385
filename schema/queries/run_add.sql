-- run_add: a new run in its first state.
--   $1 int    run_id
--   $2 text   ref
--   $3 int    account_id
--   $4 text   period
--   $5 text   kind
--   $6 int    serial
--   $7 text   pay_date    '': none
--   $8 text   narration
--   $9 int    file_id
--   $10 text  made_by
--   $11 bytea digest
--   $12 int   rows
--   $13 int   minor
--   $14 text  ccy
--   $15 int   held_rows
--   $16 text  override
-- returns (run_id)
INSERT INTO run (run_id, ref, account_id, period, kind, serial, pay_date,
                 narration, file_id, made_by, digest, rows, minor, ccy,
                 held_rows, override)
VALUES ($1::bigint, $2::text, $3::bigint, $4::text, $5::text, $6::bigint,
        nullif($7::text, '')::date, $8::text, $9::bigint, $10::text,
        $11::bytea, $12::bigint, $13::bigint, $14::text, $15::bigint,
        $16::text)
RETURNING run_id;
