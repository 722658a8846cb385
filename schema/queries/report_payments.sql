-- report_payments: the payments of a run with what is known about each, in
-- the order of its batches.
--   $1 bigint  run_id
--   $2 bigint  rows_max
-- returns (batch_id, seq, line_no, minor, account, bank_code,
--   account_reference, name, narration, employee_no, reference, id_number,
--   kra_pin, department, branch, extra, number, rail, batch_state,
--   tracking_id, state, code, reason, receipt, charge_minor, at_us,
--   account_id, which pays, part, parts: NULL unless split); state to at_us are NULL as long as there is no answer
SELECT i.batch_id, i.seq, i.line_no, i.minor, i.account, i.bank_code,
       i.account_reference, i.name, i.narration, i.employee_no, i.reference,
       i.id_number, i.kra_pin, i.department, i.branch, i.extra, b.number,
       b.rail, b.state::text AS batch_state, b.tracking_id,
       o.state::text AS state, o.code, o.reason, o.receipt, o.charge_minor,
       (extract(epoch FROM o.at) * 1000000)::bigint AS at_us, b.account_id,
       i.part::bigint AS part, i.parts::bigint AS parts
  FROM instruction i
  JOIN batch b ON b.batch_id = i.batch_id
  LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
 WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
   AND b.run_id = $1::bigint
 ORDER BY i.batch_id, i.seq
 LIMIT $2::bigint;
