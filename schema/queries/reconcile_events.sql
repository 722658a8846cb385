-- reconcile_events: the raw answers about one batch, the newest first.
--   $1 int  batch_id
-- returns (rows, event_no, kind, http, body)
SELECT b.rows, e.event_no, e.kind, e.http, e.body
  FROM event e
  JOIN batch b USING (batch_id)
 WHERE e.batch_id = $1::bigint
 ORDER BY e.event_no DESC;
