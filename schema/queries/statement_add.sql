-- statement_add: a statement of a file.
--   $1 int, $2 text, $3 text      account_id, book, source
--   $4 text, $5 text, $6 bytea, $7 int  map, file name, SHA-256, size
--   $8 int, $9 text, $10 text, $11 text number, its own, its account, holder
--   $12 text, $13 text, $14 text  currency, first and last day ("": none)
--   $15 int, $16 int, $17 text    opening, closing, how known (NULL: not)
--   $18 int, $19 int, $20 int     lines, parts, unbooked
--   $21 int, $22 int, $23 text    in, out, person
-- returns (statement_id)
INSERT INTO statement (account_id, book, source, map, file_name, file_sha256,
                       file_bytes, number, own_number, own_account, holder,
                       ccy, from_day, until_day, opening_minor, closing_minor,
                       balances, lines, parts, unbooked, in_minor, out_minor,
                       imported_by, whole_at)
VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::bytea,
        $7::bigint, $8::bigint::int, $9::text, $10::text, $11::text, $12::text,
        nullif($13::text, '')::date, nullif($14::text, '')::date,
        $15::bigint, $16::bigint, $17::text, $18::bigint, $19::bigint,
        $20::bigint, $21::bigint, $22::bigint, $23::text, now())
RETURNING statement_id;
