-- lineage_attach: batches held for not sent of which a provider listed payments
-- during a hold, and those of which no list can prove it: none of them may be
-- sent by itself.
--   $1 int  hold_id
-- returns (batch_id, two_phase, follows): follows: the one file listed is the
--   one we know, so the provider can be asked about it
SELECT b.batch_id, a.two_phase,
       b.tracking_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM lineage_line l
                        WHERE l.hold_id = $1::bigint AND l.batch_id = b.batch_id
                          AND l.verdict IN ('sent', 'alike')
                          AND l.file_alias <> coalesce(b.file_alias, ''))
           AS follows
  FROM batch b
  JOIN funding_account a ON a.account_id = b.account_id
 WHERE (b.state IN ('ready', 'initiating', 'initiated')
        OR (b.state IN ('releasing', 'sending') AND b.left_no IS NULL))
   AND (EXISTS (SELECT 1 FROM lineage_line l
                 WHERE l.hold_id = $1::bigint AND l.batch_id = b.batch_id
                   AND l.verdict IN ('sent', 'alike'))
        OR b.batch_id IN (SELECT u.batch_id
                            FROM lineage_unproven($1::bigint) u))
 ORDER BY b.batch_id;
