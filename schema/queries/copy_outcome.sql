-- copy_outcome: first answers for instructions of a batch whose row is locked.
COPY outcome (batch_id, seq, state, minor, ccy, code, reason, receipt,
              charge_minor, event_no, at)
FROM STDIN WITH (FORMAT binary)
