-- reconcile_few: the odd payments with all that is said of them, looked up in
-- order of their key, so that each page is read once.
INSERT INTO reconcile_few (batch_id, seq, minor, ccy, account, fate, listed, c_minor,
                           c_account, c_code, c_receipt, c_charge, state, o_minor,
                           o_ccy, code, receipt, charge_minor, event_no)
SELECT x.batch_id, x.seq, i.minor, i.ccy, i.account, coalesce(c.fate, 'open'),
       coalesce(c.listed, 0), c.minor, c.account, c.code, c.receipt,
       coalesce(c.charge_minor, 0), o.state::text, o.minor, o.ccy, o.code,
       coalesce(o.receipt, ''), o.charge_minor, o.event_no
  FROM (SELECT DISTINCT v.batch_id, v.seq
          FROM reconcile_odd v
          JOIN reconcile_batch b ON b.batch_id = v.batch_id AND b.mine
         ORDER BY v.batch_id, v.seq) x
  LEFT JOIN instruction i ON i.batch_id = x.batch_id AND i.seq = x.seq
  LEFT JOIN outcome o ON o.batch_id = x.batch_id AND o.seq = x.seq
  LEFT JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
 WHERE i.seq IS NOT NULL OR o.seq IS NOT NULL;
