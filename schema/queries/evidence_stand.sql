-- evidence_stand: how a payment stands, its batch's row held: read by whoever
-- is about to propose or decide what became of it.
--   $1 bigint  batch_id
--   $2 bigint  seq
-- returns (run_id, ref, number, state, batch_state, two_phase,
--   said); state NULL: no answer yet; said NULL: nothing contradicts it
SELECT b.run_id, r.ref, b.number, o.state::text AS state,
       b.state::text AS batch_state, a.two_phase,
       (SELECT max(c.said::text) FROM contradiction c
         WHERE c.batch_id = i.batch_id AND c.seq = i.seq
           AND c.evidence_id IS NULL) AS said
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
  JOIN instruction i ON i.batch_id = b.batch_id AND i.seq = $2::bigint
  LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
 WHERE b.batch_id = $1::bigint;
