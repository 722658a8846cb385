-- report_fields: which of the fields that few files have are used in a run.
--   $1 bigint  run_id
-- returns (account, bank_code, paybill, till, account_reference, id_number,
--   kra_pin, department, branch), all boolean
SELECT coalesce(bool_or(b.rail = 'PESALINK'), false) AS account,
       coalesce(bool_or(i.bank_code <> ''), false) AS bank_code,
       coalesce(bool_or(b.rail = 'MPESA-B2B'
                        AND i.account_reference <> ''), false) AS paybill,
       coalesce(bool_or(b.rail = 'MPESA-B2B'
                        AND coalesce(i.account_reference, '') = ''), false)
           AS till,
       coalesce(bool_or(i.account_reference <> ''), false)
           AS account_reference,
       coalesce(bool_or(i.id_number <> ''), false) AS id_number,
       coalesce(bool_or(i.kra_pin <> ''), false) AS kra_pin,
       coalesce(bool_or(i.department <> ''), false) AS department,
       coalesce(bool_or(i.branch <> ''), false) AS branch
  FROM instruction i
  JOIN batch b ON b.batch_id = i.batch_id
 WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999;
