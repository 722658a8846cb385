-- lineage_ask_now: batches of which a provider listed payments during a hold
-- are looked for at once: what their rows prove, they prove only now.
--   $1 int  hold_id
-- returns (batch_id)
WITH listed AS (
    SELECT DISTINCT l.batch_id
      FROM lineage_line l
     WHERE l.hold_id = $1::bigint AND l.batch_id IS NOT NULL
), sought_now AS (
    UPDATE sought s
       SET next_at = now(), looks = 0
      FROM listed
     WHERE s.batch_id = listed.batch_id
)
UPDATE batch b
   SET poll_at = now()
  FROM listed
 WHERE b.batch_id = listed.batch_id AND b.state IN ('in_flight', 'in_doubt')
RETURNING b.batch_id;
