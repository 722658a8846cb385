-- statement_keep_parts: the parts of batch bookings in the stage that nobody
-- had brought before; their batch may have been.
--   $1 int   statement_id
--   $2 int   account_id
--   $3 text  book
-- returns (n): how many
WITH put AS (
    INSERT INTO statement_line (
        line_id, statement_id, account_id, book, identity, line_no, booked_on,
        booked_at, value_on, minor, ccy, kind, part, parts, bulk_line_id,
        bulk_id, charge_minor, balance_minor, provider_id, receipt, reference,
        linked, batch_id, seq, party_account, party_name, type, narrative,
        status, raw)
    SELECT $1::bigint * 100000000 + p.nr, $1::bigint, $2::bigint, $3::text,
           p.identity, p.line_no, p.booked_on, p.booked_at, p.value_on,
           p.minor, p.ccy, p.kind, p.part, p.parts, l.line_id, p.bulk_id,
           p.charge_minor, p.balance_minor, p.provider_id, p.receipt,
           p.reference, p.linked, p.batch_id, p.seq, p.party_account,
           p.party_name, p.type, p.narrative, p.status, p.raw
      FROM statement_stage p
      LEFT JOIN statement_stage b ON b.nr = p.bulk_nr
      LEFT JOIN statement_line l ON l.account_id = $2::bigint
                                AND l.book = $3::text
                                AND l.identity = b.identity
     WHERE p.part > 0
        ON CONFLICT ON CONSTRAINT statement_line_once DO NOTHING
    RETURNING 1
)
SELECT count(*) AS n FROM put;
