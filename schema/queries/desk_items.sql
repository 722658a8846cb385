-- desk_items: payments that wait for people: in doubt, or said to be something
-- else than how they ended.
--   $1 bigint  run_id
--   $2 bigint  batch_id  0: all
--   $3 bigint  seq       0: all of the batch
--   $4 bigint  most
-- returns (batch_id, seq, number, line_no, name, payee, bank_code,
--   payee_reference, minor, rail, payer, provider, tracking_id, provider_id,
--   batch_state, decidable, state, code, reason, receipt, at_us, sent_us, next_us,
--   asked, heard_us, heard_http, said, said_code, said_reason, said_receipt, said_us,
--   evidence_id, says, says_receipt, says_reason, note, file_name, file_sha256,
--   proposed_by, proposed_us, total), in order; decidable: people may decide it
--   now, because nothing can send it any more.  A time is microseconds since
--   1970, NULL: never
WITH near AS (
    SELECT b.batch_id, b.number, b.rail, b.state, b.poll_at, b.polls,
           b.tracking_id, a.name AS payer, a.provider, a.two_phase
      FROM batch b
      JOIN funding_account a USING (account_id)
     WHERE b.run_id = $1::bigint
       AND ($2::bigint = 0 OR b.batch_id = $2::bigint)
       AND (b.doubt_rows > 0 OR b.state = 'in_doubt'
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = b.batch_id
                          AND c.evidence_id IS NULL))
), item AS (
    SELECT n.number, n.rail, n.state AS batch_state, n.poll_at, n.polls,
           n.tracking_id, n.payer, n.provider, n.two_phase,
           i.batch_id, i.seq, i.line_no, i.name, i.account, i.bank_code,
           i.account_reference, i.minor, o.state, o.code, o.reason, o.receipt,
           o.at, c.said, c.code AS said_code, c.reason AS said_reason,
           c.receipt AS said_receipt, c.at AS said_at
      FROM near n
      JOIN instruction i USING (batch_id)
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
      LEFT JOIN LATERAL (
          SELECT d.said, d.code, d.reason, d.receipt, d.at
            FROM contradiction d
           WHERE d.batch_id = i.batch_id AND d.seq = i.seq
             AND d.evidence_id IS NULL
           ORDER BY d.at DESC LIMIT 1) c ON true
     WHERE ($3::bigint = 0 OR i.seq = $3::bigint)
       AND (o.state = 'in_doubt' OR c.said IS NOT NULL
            OR (o.state IS NULL AND n.state = 'in_doubt'))
)
SELECT i.batch_id, i.seq, i.number, i.line_no, i.name, i.account AS payee,
       i.bank_code, i.account_reference AS payee_reference, i.minor, i.rail,
       i.payer, i.provider, i.tracking_id, p.provider_id,
       i.batch_state::text AS batch_state,
       coalesce((i.state = 'in_doubt'
                 AND (i.batch_state IN ('in_flight', 'done')
                      OR (i.batch_state = 'in_doubt' AND NOT i.two_phase)))
                OR (i.state <> 'in_doubt' AND i.said IS NOT NULL), false)
           AS decidable,
       coalesce(i.state::text, 'in_doubt') AS state, i.code, i.reason,
       i.receipt,
       (extract(epoch FROM i.at) * 1000000)::bigint AS at_us,
       (extract(epoch FROM least(i.poll_at, s.next_at)) * 1000000)::bigint
           AS next_us,
       (SELECT (extract(epoch FROM max(t.left_at)) * 1000000)::bigint
          FROM attempt t
         WHERE t.batch_id = i.batch_id AND t.step IN ('approve', 'send'))
           AS sent_us,
       i.polls + coalesce(s.looks, 0) AS asked,
       (extract(epoch FROM e.at) * 1000000)::bigint AS heard_us,
       e.http AS heard_http, i.said::text AS said, i.said_code, i.said_reason,
       i.said_receipt,
       (extract(epoch FROM i.said_at) * 1000000)::bigint AS said_us,
       v.evidence_id, v.says::text AS says, v.receipt AS says_receipt,
       v.reason AS says_reason, v.note, v.file_name,
       encode(v.file_sha256, 'hex') AS file_sha256, v.proposed_by,
       (extract(epoch FROM v.proposed_at) * 1000000)::bigint AS proposed_us,
       count(*) OVER () AS total
  FROM item i
  LEFT JOIN placed p ON p.batch_id = i.batch_id AND p.seq = i.seq
  LEFT JOIN sought s ON s.batch_id = i.batch_id AND s.seq = i.seq
  LEFT JOIN LATERAL (
      SELECT x.at, x.http FROM event x
       WHERE x.batch_id = i.batch_id
       ORDER BY x.event_no DESC LIMIT 1) e ON true
  LEFT JOIN evidence v ON v.batch_id = i.batch_id AND v.seq = i.seq
                      AND v.ended_at IS NULL
 ORDER BY i.batch_id, i.seq
 LIMIT $4::bigint;
