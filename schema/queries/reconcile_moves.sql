-- reconcile_moves: payments whose end a statement proves: paid ones that came
-- back whole, and doubts that it ends.  Only by the provider's id, the receipt
-- or our own reference; amount and payee have to be the ones asked for.
--   $1 int  reconciliation_id
-- returns (batch_id, run_id, run_ref, run_state, seq, says, code, reason,
--   receipt, charge_minor, body), in order of batch and payment
SELECT o.batch_id, r.run_id, r.ref AS run_ref, r.state::text AS run_state,
       o.seq::int AS seq,
       CASE WHEN m.role = 'paid' THEN 'paid' WHEN l.kind = 'returned' THEN 'returned'
            ELSE 'reversed' END AS says,
       CASE WHEN m.role = 'paid' THEN o.code ELSE 'PR-REC-001' END AS code,
       CASE WHEN m.role = 'paid' THEN ''
            ELSE 'the statement of ' || l.booked_on || ' takes it back' END AS reason,
       CASE WHEN m.role = 'paid' THEN l.receipt ELSE coalesce(o.receipt, '') END AS receipt,
       o.charge_minor,
       (to_jsonb(l) - 'seal' - 'identity' - 'raw')::text AS body
  FROM statement_match m
  JOIN statement_line l USING (line_id)
  JOIN instruction i ON i.batch_id = m.batch_id AND i.seq = m.seq
  JOIN outcome o ON o.batch_id = m.batch_id AND o.seq = m.seq
  JOIN batch b ON b.batch_id = m.batch_id
  JOIN run r ON r.run_id = b.run_id
 WHERE m.reconciliation_id = $1::bigint AND m.how IN ('id', 'receipt', 'reference')
   AND abs(m.minor) = i.minor AND l.ccy = i.ccy
   AND same_payee(i.account, l.party_account)
   AND b.state IN ('in_flight', 'in_doubt', 'done')
   AND r.state IN ('paying', 'paused', 'settled', 'closed')
   AND ((m.role = 'back' AND o.state = 'paid')
        OR (m.role = 'paid' AND o.state = 'in_doubt' AND l.receipt <> ''
            AND b.state <> 'in_doubt'
            AND NOT EXISTS (SELECT 1 FROM statement_match x
                             WHERE x.batch_id = m.batch_id AND x.seq = m.seq
                               AND x.role IN ('back', 'again'))))
   AND NOT EXISTS (SELECT 1 FROM statement_match x
                    WHERE x.batch_id = m.batch_id AND x.seq = m.seq
                      AND x.role = m.role AND x.book = m.book
                      AND x.line_id < m.line_id)
   AND NOT EXISTS (SELECT 1 FROM contradiction c
                    WHERE c.batch_id = m.batch_id AND c.seq = m.seq
                      AND c.evidence_id IS NULL)
 ORDER BY o.batch_id, o.seq, m.line_id;
