-- copy_instruction: rows of a file, straight from the loader.
COPY instruction (batch_id, seq, line_no, minor, ccy, account, bank_code,
                  account_reference, name, narration, employee_no, reference,
                  id_number, kra_pin, department, branch, extra, part, parts)
FROM STDIN WITH (FORMAT binary)
