-- tracker_sought_claim: one payment to ask for by itself; nobody else asks for
-- it for a while.
--   $1 bigint  account_id
--   $2 bigint  hold_ms
-- returns (batch_id, seq, looks, account, provider_id, left_s), or nothing;
--   provider_id '': not known; left_s: seconds since 1970 when it left
WITH due AS (
    SELECT s.batch_id, s.seq, i.account, p.provider_id, t.left_at
      FROM sought s
      JOIN batch b ON b.batch_id = s.batch_id
      JOIN instruction i ON i.batch_id = s.batch_id AND i.seq = s.seq
      LEFT JOIN placed p ON p.batch_id = s.batch_id AND p.seq = s.seq
      LEFT JOIN attempt t ON t.batch_id = b.batch_id
                         AND t.attempt_no = b.left_no
     WHERE s.account_id = $1::bigint AND due_at(s.next_at) <= now()
       AND b.state IN ('in_flight', 'in_doubt')
       AND NOT EXISTS (SELECT 1 FROM outcome o
                        WHERE o.batch_id = s.batch_id AND o.seq = s.seq
                          AND o.state <> 'in_doubt')
     ORDER BY s.next_at
     LIMIT 1
       FOR UPDATE OF s SKIP LOCKED
)
UPDATE sought s
   SET next_at = now() + $2::bigint * interval '1 millisecond'
  FROM due
 WHERE s.batch_id = due.batch_id AND s.seq = due.seq
RETURNING s.batch_id, s.seq, s.looks, due.account,
          coalesce(due.provider_id, '') AS provider_id,
          floor(extract(epoch FROM coalesce(due.left_at, now())))::bigint
              AS left_s;
