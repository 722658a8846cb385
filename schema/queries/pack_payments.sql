-- pack_payments: every payment of a run as it was asked for, with what became
-- of it; event is the number of the raw answer that says so.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT i.batch_id, i.seq, i.line_no AS line, i.part, i.parts, i.minor,
               i.ccy::text AS ccy, i.account, i.bank_code, i.account_reference,
               i.name, i.narration, i.employee_no, i.reference, i.id_number,
               i.kra_pin, i.department, i.branch, i.extra, o.state, o.code,
               o.reason, o.receipt, o.charge_minor, o.minor AS said_minor,
               o.ccy::text AS said_ccy, o.event_no AS event, o.at,
               p.provider_id
          FROM instruction i
          LEFT JOIN outcome o USING (batch_id, seq)
          LEFT JOIN placed p USING (batch_id, seq)
         WHERE i.batch_id BETWEEN $1::bigint * 100000
                              AND $1::bigint * 100000 + 99999) x
 ORDER BY x.batch_id, x.seq;
