-- lineage_said: what was listed of the payments of a batch during a hold, one
-- row a payment.  Paid needs a receipt, failed that no other row says else.
--   $1 int  hold_id
--   $2 int  batch_id
-- returns (seq, state, code, words, receipt, provider_id, charge_minor);
--   provider_id '': not proven, or several
SELECT l.seq,
       CASE WHEN bool_or(l.verdict = 'sent' AND l.fate = 'paid'
                         AND l.receipt <> '') THEN 'paid'
            WHEN bool_and(l.verdict = 'sent' AND l.fate = 'failed')
            THEN 'failed'
            ELSE 'in_doubt' END AS state,
       CASE WHEN bool_and(l.verdict = 'alike') THEN 'PR-LIN-001'
            ELSE coalesce(max(l.code) FILTER (WHERE l.fate = 'paid'),
                          max(l.code)) END AS code,
       CASE WHEN bool_or(l.verdict = 'sent' AND l.fate = 'paid'
                         AND l.receipt <> '') THEN ''
            WHEN bool_and(l.verdict = 'alike')
            THEN 'history went back; the provider lists the same amount to the same payee'
            ELSE coalesce(nullif(max(l.words), ''),
                          'as listed when history had gone back') END AS words,
       coalesce(max(l.receipt) FILTER (WHERE l.verdict = 'sent'
                                         AND l.fate = 'paid'), '') AS receipt,
       CASE WHEN count(*) = 1 AND bool_and(l.verdict = 'sent')
            THEN min(l.provider_id) ELSE '' END AS provider_id,
       coalesce(max(l.charge_minor) FILTER (WHERE l.verdict = 'sent'
                                              AND l.fate = 'paid'), 0)
           AS charge_minor
  FROM lineage_line l
 WHERE l.hold_id = $1::bigint AND l.batch_id = $2::bigint
   AND l.verdict IN ('sent', 'alike')
 GROUP BY l.seq
 ORDER BY l.seq;
