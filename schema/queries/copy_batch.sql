-- copy_batch: the batches of a run.
COPY batch (batch_id, run_id, number, account_id, rail, rows, minor, ccy,
            digest, charge_estimate_minor, group_no)
FROM STDIN WITH (FORMAT binary)
