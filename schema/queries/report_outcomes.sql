-- report_outcomes: the payments of some runs whose answer is one of these, in the
-- order of its batches.
--   $1 bigint[]  run_ids
--   $2 bigint    rows_max
--   $3 text[]    states
-- returns (columns of report_payments)
SELECT i.batch_id, i.seq, i.line_no, i.minor, i.account, i.bank_code,
       i.account_reference, i.name, i.narration, i.employee_no, i.reference,
       i.id_number, i.kra_pin, i.department, i.branch, i.extra, b.number,
       b.rail, b.state::text AS batch_state, b.tracking_id,
       o.state::text AS state, o.code, o.reason, o.receipt, o.charge_minor,
       (extract(epoch FROM o.at) * 1000000)::bigint AS at_us, b.account_id,
       i.part::bigint AS part, i.parts::bigint AS parts
  FROM unnest($1::bigint[]) AS r(run_id)
  JOIN outcome o ON o.batch_id BETWEEN r.run_id * 100000
                                   AND r.run_id * 100000 + 99999
  JOIN instruction i ON i.batch_id = o.batch_id AND i.seq = o.seq
  JOIN batch b ON b.batch_id = o.batch_id
 WHERE o.state = ANY ($3::text[]::outcome_state[])
 ORDER BY o.batch_id, o.seq
 LIMIT $2::bigint;
