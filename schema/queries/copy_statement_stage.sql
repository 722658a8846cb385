-- copy_statement_stage: lines of a statement, straight from the loader.
COPY statement_stage (nr, identity, line_no, booked_on, booked_at, value_on,
                      minor, ccy, kind, part, parts, bulk_nr, bulk_id,
                      charge_minor, balance_minor, provider_id, receipt,
                      reference, linked, batch_id, seq, party_account,
                      party_name, type, narrative, status, raw)
FROM STDIN WITH (FORMAT binary)
