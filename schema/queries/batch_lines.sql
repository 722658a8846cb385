-- batch_lines: the rows of a batch.
--   $1 int   batch_id
-- returns (seq, minor, ccy, account, bank_code, account_reference, name,
--   narration, reference, id_number, employee_no, part, parts) in order
SELECT seq, minor, ccy::text AS ccy, account, bank_code, account_reference,
       name, narration, reference, id_number, employee_no, part, parts
  FROM instruction
 WHERE batch_id = $1::bigint
 ORDER BY seq;
