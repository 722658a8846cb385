-- copy_reconcile_claim: what the raw answers say.
COPY reconcile_claim (batch_id, seq, fate, listed, minor, account, code,
                      receipt, provider_id, charge_minor, event_no)
FROM STDIN WITH (FORMAT binary)
