-- tracker_sought_drop: payments of a batch that have their end are asked for
-- no more.
--   $1 bigint  batch_id
-- returns (seq)
DELETE FROM sought s
 WHERE s.batch_id = $1::bigint
   AND EXISTS (SELECT 1 FROM outcome o
                WHERE o.batch_id = s.batch_id AND o.seq = s.seq
                  AND o.state <> 'in_doubt')
RETURNING s.seq;
