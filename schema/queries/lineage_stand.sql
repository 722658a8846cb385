-- lineage_stand: what lifting a hold would rest on.
--   $1 int  hold_id
-- returns (missing, silent, digest): accounts that were neither listed nor
--   declared unlistable; a host whose journal is not there, NULL: none; SHA-256
--   of what is said of each account, of every listed payment and what it is taken
--   for, and of what the journals said
SELECT (SELECT count(*)
          FROM funding_account a
          LEFT JOIN lineage_list g ON g.hold_id = $1::bigint
                                  AND g.account_id = a.account_id
         WHERE (g.account_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM run_account ra
                            WHERE ra.account_id = a.account_id))
           AND g.done_at IS NULL AND NOT coalesce(g.cannot, false)) AS missing,
       (SELECT min(s.host) FROM lineage_silent($1::bigint) s) AS silent,
       sha256(convert_to(coalesce((
           SELECT string_agg(concat_ws('|', g.account_id, g.done_at IS NOT NULL,
                                       g.cannot, g.trusted),
                             E'\n' ORDER BY g.account_id)
             FROM lineage_list g
            WHERE g.hold_id = $1::bigint), '') || E'\n\n' || coalesce((
           SELECT string_agg(concat_ws('|', l.account_id, l.nr, l.provider_id,
                                       l.fate, l.verdict, l.batch_id, l.seq),
                             E'\n' ORDER BY l.account_id, l.nr)
             FROM lineage_line l
            WHERE l.hold_id = $1::bigint), '') || E'\n\n' || coalesce((
           SELECT string_agg(concat_ws('|', j.host, j.whole, j.excused),
                             E'\n' ORDER BY j.host)
             FROM lineage_journal j
            WHERE j.hold_id = $1::bigint), '') || E'\n\n' || coalesce((
           SELECT string_agg(l.nonce, E'\n' ORDER BY l.nonce)
             FROM lineage_left l
            WHERE l.hold_id = $1::bigint), ''), 'UTF8')) AS digest;
