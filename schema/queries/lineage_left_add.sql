-- lineage_left_add: a batch that left and is not in the book, from a journal.
--   $1 int    hold_id
--   $2 text   host
--   $3 text   installation
--   $4 int    beat
--   $5 text   nonce
--   $6 int    at_us
--   $7 text   step
--   $8 text   run_ref
--   $9 text   period
--   $10 text  kind
--   $11 text  account
--   $12 int   batch_id
--   $13 int   minor
--   $14 text  ccy
--   $15 bytea digest
--   $16 int[] payments
-- returns (nonce), or nothing: an earlier hold has it
INSERT INTO lineage_left (hold_id, host, installation, beat, nonce, at, step,
                          run_ref, period, kind, account, batch_id, minor, ccy,
                          digest, payments, rows)
VALUES ($1::bigint, $2::text, $3::text, $4::bigint, $5::text,
        to_timestamp($6::bigint / 1000000.0), $7::text, $8::text, $9::text,
        $10::text, $11::text, $12::bigint, $13::bigint, $14::text, $15::bytea,
        $16::bigint[], cardinality($16::bigint[]))
    ON CONFLICT (nonce) DO NOTHING
RETURNING nonce;
