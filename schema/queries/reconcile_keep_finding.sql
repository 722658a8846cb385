-- reconcile_keep_finding: one finding.
--   $1 int, $2 int         reconciliation_id, nr
--   $3 text, $4 text, $5 text, $6 text   kind, account, book, run ("": none)
--   $7 int, $8 int, $9 int  batch_id, seq, line_id (0: none)
--   $10 int, $11 int, $12 int, $13 int   ours, theirs, price, moved
--   $14 text, $15 text, $16 text, $17 text  ccy, heals until, about, detail
--   $18 bytea  key
INSERT INTO finding (reconciliation_id, nr, kind, account_id, book, run_id,
                     batch_id, seq, line_id, ours_minor, theirs_minor, minor,
                     moved_minor, ccy, heals_until, about, detail, key)
VALUES ($1::bigint, $2::bigint::int, $3::text,
        (SELECT account_id FROM funding_account WHERE name = $4::text), $5::text,
        (SELECT run_id FROM run WHERE ref = $6::text), nullif($7::bigint, 0),
        nullif($8::bigint, 0)::int, nullif($9::bigint, 0), $10::bigint, $11::bigint,
        $12::bigint, $13::bigint, $14::text, nullif($15::text, '')::date,
        $16::text, $17::text, $18::bytea);
