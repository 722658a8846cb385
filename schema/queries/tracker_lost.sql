-- tracker_lost: payments that were looked for often enough without finding
-- their end, and that count as open still.
--   $1 bigint[]  batch_ids
--   $2 int       looks
-- returns (batch_id, seq, listed) in order: listed: the provider has it, but
--   names no result
SELECT s.batch_id, s.seq, p.seq IS NOT NULL AS listed
  FROM sought s
  LEFT JOIN placed p ON p.batch_id = s.batch_id AND p.seq = s.seq
 WHERE s.batch_id = ANY ($1::bigint[]) AND s.looks >= $2::bigint
   AND NOT EXISTS (SELECT 1 FROM outcome o
                    WHERE o.batch_id = s.batch_id AND o.seq = s.seq)
 ORDER BY s.batch_id, s.seq;
