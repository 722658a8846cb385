-- statement_keep: the lines of the stage that nobody had brought before.
--   $1 int   statement_id
--   $2 int   account_id
--   $3 text  book
-- returns (n): how many
WITH put AS (
    INSERT INTO statement_line (
        line_id, statement_id, account_id, book, identity, line_no, booked_on,
        booked_at, value_on, minor, ccy, kind, part, parts, bulk_id,
        charge_minor, balance_minor, provider_id, receipt, reference, linked,
        batch_id, seq, party_account, party_name, type, narrative, status, raw)
    SELECT $1::bigint * 100000000 + nr, $1::bigint, $2::bigint, $3::text,
           identity, line_no, booked_on, booked_at, value_on, minor, ccy, kind,
           part, parts, bulk_id, charge_minor, balance_minor, provider_id,
           receipt, reference, linked, batch_id, seq, party_account,
           party_name, type, narrative, status, raw
      FROM statement_stage
     WHERE part = 0
        ON CONFLICT ON CONSTRAINT statement_line_once DO NOTHING
    RETURNING 1
)
SELECT count(*) AS n FROM put;
