-- reconcile_engine: the third way: what the engine says became of each odd
-- payment, against the raw answers it has; and the answers against what was
-- asked for.
WITH said AS (
    SELECT DISTINCT ON (g.batch_id, g.seq) g.batch_id, g.seq, g.says::text AS says,
           g.receipt
      FROM agreement g
      JOIN reconcile_batch b USING (batch_id)
     ORDER BY g.batch_id, g.seq, g.at DESC
), back AS (
    SELECT DISTINCT batch_id, seq FROM reconcile_hit WHERE role = 'back'
), pays AS MATERIALIZED (
    SELECT b.account_id, b.run_id, f.batch_id, f.seq, f.minor IS NULL AS stray,
           f.state IS NOT NULL AS has, b.left_at IS NOT NULL AS sent,
           f.minor, f.ccy, f.account, f.fate, f.c_minor, f.c_account, f.c_code,
           f.c_receipt, f.c_charge, f.listed, f.state, f.o_minor, f.o_ccy,
           f.code, f.receipt, f.charge_minor, f.event_no, s.says,
           s.receipt AS s_receipt, k.batch_id IS NOT NULL AS back,
           e.batch_id IS NOT NULL AS proof
      FROM reconcile_few f
      JOIN reconcile_batch b USING (batch_id)
      LEFT JOIN said s ON s.batch_id = f.batch_id AND s.seq = f.seq
      LEFT JOIN back k ON k.batch_id = f.batch_id AND k.seq = f.seq
      LEFT JOIN event e ON e.batch_id = f.batch_id AND e.event_no = f.event_no
                   AND e.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch WHERE mine)
                                      AND (SELECT max(batch_id) FROM reconcile_batch WHERE mine)
), odd AS (
    SELECT 'outcome_differs' AS kind, 'stray' AS what, r.*, 0::bigint AS ours,
           r.o_minor AS theirs, r.o_minor AS price,
           'the engine has a result for a payment that nobody asked for' AS words
      FROM pays r WHERE r.stray
    UNION ALL
    SELECT 'engine_unpaid', '', r.*, 0, r.minor, r.minor,
           CASE WHEN r.has THEN 'the provider answered paid, the engine says ' || r.state
                ELSE 'the provider answered paid, the engine has no result' END
      FROM pays r
     WHERE r.fate = 'paid' AND r.says IS NULL
       AND coalesce(r.state, '') NOT IN ('paid', 'returned', 'reversed')
       AND NOT EXISTS (SELECT 1 FROM contradiction x
                        WHERE x.batch_id = r.batch_id AND x.seq = r.seq
                          AND x.said = 'paid' AND r.has)
    UNION ALL
    SELECT 'engine_unpaid', 'contradicted', r.*, 0, r.minor, r.minor,
           'the provider answered paid after it had answered ' || r.state
      FROM pays r
     WHERE r.fate = 'paid' AND r.says IS NULL AND r.has
       AND r.state NOT IN ('paid', 'returned', 'reversed')
       AND EXISTS (SELECT 1 FROM contradiction x
                    WHERE x.batch_id = r.batch_id AND x.seq = r.seq
                      AND x.said = 'paid')
    UNION ALL
    SELECT 'engine_unproven', '', r.*, r.o_minor, 0, r.o_minor,
           'the engine says ' || r.state || ', and no raw answer says paid'
      FROM pays r
     WHERE r.state IN ('paid', 'returned', 'reversed') AND r.fate <> 'paid'
       AND r.says IS DISTINCT FROM 'paid' AND NOT r.stray
    UNION ALL
    SELECT 'engine_unproven', 'back', r.*, 0, r.o_minor, r.o_minor,
           'the engine says ' || r.state || ', and no statement shows that it came back'
      FROM pays r
     WHERE r.state IN ('returned', 'reversed') AND NOT r.back
       AND r.fate = 'paid'
    UNION ALL
    SELECT 'outcome_differs', 'state', r.*, r.minor, r.minor, r.minor,
           'the engine says ' || r.state || ', the provider answered ' || r.fate
      FROM pays r
     WHERE r.says IS NULL AND NOT r.stray
       AND ((r.fate IN ('failed', 'cancelled') AND r.state IN ('failed', 'cancelled')
             AND r.state <> r.fate)
            OR (r.fate IN ('failed', 'cancelled') AND r.state = 'in_doubt'))
    UNION ALL
    SELECT 'outcome_differs', 'amount', r.*, r.minor, r.o_minor,
           CASE WHEN r.ccy <> r.o_ccy THEN r.minor ELSE abs(r.minor - r.o_minor) END,
           CASE WHEN r.ccy <> r.o_ccy THEN 'asked for in ' || r.ccy || ', the engine''s result is in ' || r.o_ccy
                ELSE 'the engine''s result has another amount than was asked for' END
      FROM pays r
     WHERE r.has AND NOT r.stray AND (r.minor <> r.o_minor OR r.ccy <> r.o_ccy)
    UNION ALL
    SELECT 'outcome_differs', 'receipt', r.*, r.minor, r.minor, r.minor,
           'the engine has receipt "' || r.receipt || '", the provider answered "'
               || coalesce(r.s_receipt, r.c_receipt, '') || '"'
      FROM pays r
     WHERE r.state IN ('paid', 'returned', 'reversed')
       AND (r.fate = 'paid' OR r.says = 'paid') AND NOT r.stray
       AND r.receipt <> coalesce(r.c_receipt, '')
       AND r.receipt IS DISTINCT FROM r.s_receipt
    UNION ALL
    SELECT 'outcome_differs', 'code', r.*, r.minor, r.minor, r.minor,
           'the engine has code "' || r.code || '", the provider answered "' || r.c_code || '"'
      FROM pays r
     WHERE r.state IN ('paid', 'failed') AND r.says IS NULL
       AND r.fate = r.state AND r.code <> r.c_code
    UNION ALL
    SELECT 'charge_differs', 'engine', r.*, r.charge_minor, r.c_charge,
           abs(r.charge_minor - r.c_charge),
           'the engine has another charge than the provider answered'
      FROM pays r
     WHERE r.state = 'paid' AND r.fate = 'paid' AND r.charge_minor <> r.c_charge
    UNION ALL
    SELECT 'answer_missing', 'outcome', r.*, r.o_minor, 0, r.o_minor,
           'the engine names raw answer ' || coalesce(r.event_no::text, '(none)')
               || ' as its proof, and there is none'
      FROM pays r
     WHERE r.state IN ('paid', 'failed') AND r.sent AND NOT r.stray
       AND r.says IS NULL AND r.fate IN ('paid', 'failed')
       AND NOT r.proof
    UNION ALL
    SELECT 'never_ended', '', r.*, r.minor, 0, r.minor,
           'it was sent, and nothing says what became of it'
      FROM pays r
     WHERE r.sent AND NOT r.has AND r.fate <> 'paid'
       AND EXISTS (SELECT 1 FROM attempt t       -- a definite no sent nothing
                    WHERE t.batch_id = r.batch_id AND t.step IN ('approve', 'send')
                      AND coalesce(t.answer, '') NOT IN ('refused', 'not_now'))
    UNION ALL
    SELECT 'amount_differs', 'answer', r.*, r.minor, r.c_minor,
           abs(r.minor - r.c_minor),
           'the provider answered another amount than was asked for'
      FROM pays r WHERE r.c_minor >= 0 AND r.c_minor <> r.minor
    UNION ALL
    SELECT 'wrong_payee', 'answer', r.*, r.minor, r.minor, r.minor,
           'asked for ' || r.account || ', the provider answered ' || r.c_account
      FROM pays r
     WHERE r.c_account <> r.account AND NOT same_payee(r.account, r.c_account)
    UNION ALL
    SELECT 'paid_twice', 'answer', r.*, r.minor, r.minor * r.listed,
           r.minor * (r.listed - 1),
           'the provider''s answer lists it as paid ' || r.listed || ' times'
      FROM pays r WHERE r.listed > 1
)
INSERT INTO reconcile_finding (kind, account_id, run_id, batch_id, seq,
                               ours_minor, theirs_minor, minor, what, detail)
SELECT kind, account_id, run_id, batch_id, seq, ours, theirs, price, what, words
  FROM odd;
