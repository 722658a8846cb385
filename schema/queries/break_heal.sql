-- break_heal: breaks that a reconciliation would have found, and did not.
--   $1 int    reconciliation_id
--   $2 text   actor
--   $3 int    run_id             0: it was of an account
--   $4 int[]  accounts
--   $5 text   first day          "": nothing left
--   $6 text   last day
-- returns (healed)
WITH gone AS MATERIALIZED (
    SELECT b.break_id, b.state, b.minor
      FROM break b
      LEFT JOIN statement_line l USING (line_id)
      JOIN reconciliation s ON s.reconciliation_id = b.seen_by
     WHERE b.state <> 'healed' AND b.seen_by <> $1::bigint
       AND (b.run_id = $3::bigint
            OR ($3::bigint = 0 AND b.batch_id IN (
                    SELECT batch_id FROM reconcile_batch WHERE mine))
            OR b.kind = 'audit_differs'
            OR (b.run_id IS NULL AND b.account_id = ANY ($4::bigint[])
                AND CASE WHEN l.line_id IS NOT NULL
                    THEN l.booked_on BETWEEN nullif($5::text, '')::date
                                         AND nullif($6::text, '')::date
                    ELSE s.from_day >= nullif($5::text, '')::date
                         AND s.until_day <= nullif($6::text, '')::date END))
), ended AS (
    UPDATE break b
       SET state = 'healed', state_at = now()
      FROM gone g
     WHERE b.break_id = g.break_id
), void AS (
    UPDATE break_write_off w
       SET ended_how = 'overtaken', ended_by = $2::text, ended_at = now()
      FROM gone g
     WHERE w.break_id = g.break_id AND w.ended_how IS NULL
), told AS (
    INSERT INTO break_history (break_id, actor, did, from_state, to_state,
                               minor, note, reconciliation_id)
    SELECT break_id, $2::text, 'healed', state, 'healed', minor,
           'reconciliation ' || $1::bigint || ' does not find it any more',
           $1::bigint
      FROM gone
)
SELECT count(*) AS healed FROM gone;
