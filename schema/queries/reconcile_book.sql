-- reconcile_book: our own book against itself: instructions, batches, runs,
-- approvals, requests and raw answers each carry the sums of the ones below,
-- and none may be missing.
WITH b AS (
    SELECT x.*, v.left_at FROM batch x JOIN reconcile_batch v USING (batch_id)
     WHERE v.mine
), i AS (
    SELECT t.batch_id, sum(t.n)::bigint AS n, sum(t.minor)::bigint AS m,
           coalesce(sum(t.n) FILTER (WHERE t.ccy <> b.ccy), 0) AS odd_ccy
      FROM b JOIN reconcile_tie t USING (batch_id)
     WHERE t.counts
     GROUP BY t.batch_id
), o AS (
    SELECT x.batch_id,
           coalesce(sum(n) FILTER (WHERE x.state = 'paid'), 0)::bigint AS paid_n,
           coalesce(sum(o_minor) FILTER (WHERE x.state = 'paid'), 0)::bigint AS paid_m,
           coalesce(sum(n) FILTER (WHERE x.state IN ('failed', 'returned', 'reversed')), 0)::bigint AS failed_n,
           coalesce(sum(o_minor) FILTER (WHERE x.state IN ('failed', 'returned', 'reversed')), 0)::bigint AS failed_m,
           coalesce(sum(n) FILTER (WHERE x.state = 'in_doubt'), 0)::bigint AS doubt_n,
           coalesce(sum(o_minor) FILTER (WHERE x.state = 'in_doubt'), 0)::bigint AS doubt_m,
           coalesce(sum(n) FILTER (WHERE x.state = 'cancelled'), 0)::bigint AS cancelled_n,
           coalesce(sum(o_minor) FILTER (WHERE x.state = 'cancelled'), 0)::bigint AS cancelled_m
      FROM (SELECT batch_id, state, n, o_minor FROM reconcile_tie
             WHERE counts AND state IS NOT NULL
            UNION ALL           -- of nobody who was asked for
            SELECT batch_id, state, 1, o_minor FROM reconcile_few WHERE minor IS NULL) x
      JOIN b USING (batch_id)
     GROUP BY x.batch_id
), f AS (                        -- the file of each batch, as last answered
    SELECT * FROM reconcile_claim
     WHERE seq = 0 AND batch_id = ANY (ARRAY(SELECT batch_id FROM b))
), runs AS (
    SELECT r.*, x.n, x.m, x.bad FROM run r
      JOIN (SELECT run_id, sum(rows) AS n, sum(minor)::bigint AS m,
                   0 AS bad FROM batch
             WHERE run_id IN (SELECT run_id FROM b)
             GROUP BY run_id) x USING (run_id)
), odd AS (
    SELECT 'sums_differ' AS kind, 'rows' AS what, b.account_id, b.run_id, b.batch_id,
           b.minor AS ours, coalesce(i.m, 0) AS theirs,
           CASE WHEN coalesce(i.m, 0) <> b.minor THEN abs(coalesce(i.m, 0) - b.minor) ELSE 0 END AS price,
           'the batch says ' || b.rows || ' payments, there are ' || coalesce(i.n, 0) AS words
      FROM b LEFT JOIN i USING (batch_id)
     WHERE b.rows <> coalesce(i.n, 0) OR b.minor <> coalesce(i.m, 0)
    UNION ALL
    SELECT 'content_differs', 'currency', b.account_id, b.run_id, b.batch_id, b.minor,
           b.minor, b.minor, 'batch, payments, run and account are not of one currency'
      FROM b JOIN i USING (batch_id)
      JOIN run r ON r.run_id = b.run_id
      JOIN funding_account a ON a.account_id = b.account_id
     WHERE i.odd_ccy > 0 OR b.ccy <> r.ccy OR b.ccy <> a.ccy
    UNION ALL
    SELECT 'sums_differ', c.what, b.account_id, b.run_id, b.batch_id, c.has_m, c.is_m,
           abs(c.has_m - c.is_m), 'the batch counts ' || c.has_n || ' ' || c.what
               || ', there are ' || c.is_n
      FROM b LEFT JOIN o USING (batch_id)
     CROSS JOIN LATERAL (VALUES
           ('paid', b.paid_rows, b.paid_minor, coalesce(o.paid_n, 0), coalesce(o.paid_m, 0)),
           ('failed', b.failed_rows, b.failed_minor, coalesce(o.failed_n, 0), coalesce(o.failed_m, 0)),
           ('in doubt', b.doubt_rows, b.doubt_minor, coalesce(o.doubt_n, 0), coalesce(o.doubt_m, 0)),
           ('cancelled', b.cancelled_rows, b.cancelled_minor, coalesce(o.cancelled_n, 0), coalesce(o.cancelled_m, 0)))
           AS c(what, has_n, has_m, is_n, is_m)
     WHERE c.has_n <> c.is_n OR c.has_m <> c.is_m
    UNION ALL
    SELECT 'sums_differ', 'charge', b.account_id, b.run_id, b.batch_id, b.charge_minor,
           c.charge_minor, abs(b.charge_minor - c.charge_minor),
           'the batch has other charges than the provider''s last answer about it'
      FROM b JOIN f c ON c.batch_id = b.batch_id
     WHERE c.charge_minor >= 0 AND b.charge_minor <> c.charge_minor
    UNION ALL
    SELECT 'request_differs', 'file', b.account_id, b.run_id, b.batch_id, b.minor, b.minor,
           b.minor, 'the batch is followed as file "' || coalesce(b.tracking_id, '') || '" ('
               || coalesce(b.file_alias, '') || '), the provider answered about "'
               || c.receipt || '" (' || c.provider_id || ')'
      FROM b JOIN f c ON c.batch_id = b.batch_id
     WHERE c.receipt <> '' AND (coalesce(b.tracking_id, '') <> c.receipt
            OR (c.provider_id <> '' AND coalesce(b.file_alias, '') <> c.provider_id))
    UNION ALL
    SELECT 'request_differs', 'attempt ' || t.attempt_no, b.account_id, b.run_id,
           b.batch_id, coalesce(i.m, 0), t.minor, abs(t.minor - coalesce(i.m, 0)),
           'request ' || t.attempt_no || ' (' || t.step || ') was for ' || t.rows
               || ' payments, there are ' || coalesce(i.n, 0)
      FROM b JOIN attempt t USING (batch_id) LEFT JOIN i USING (batch_id)
     WHERE t.rows <> coalesce(i.n, 0) OR t.minor <> coalesce(i.m, 0)
    UNION ALL
    SELECT 'request_differs', 'answered ' || t.attempt_no, b.account_id, b.run_id,
           b.batch_id, t.minor, 0, t.minor,
           'request ' || t.attempt_no || ' (' || t.step || ') ' || x.words
      FROM b JOIN attempt t USING (batch_id)
      LEFT JOIN event e ON e.batch_id = t.batch_id AND e.event_no = t.event_no
     CROSS JOIN LATERAL (SELECT CASE
           WHEN t.event_no IS NOT NULL AND e.event_no IS NULL
           THEN 'names raw answer ' || t.event_no || ', and there is none'
           WHEN t.event_no IS NOT NULL AND t.left_at IS NULL
           THEN 'was answered, and never left'
           WHEN e.kind <> t.step THEN 'names an answer to ' || e.kind
           WHEN t.event_no IS NOT NULL AND e.http IS DISTINCT FROM t.http
           THEN 'has HTTP ' || coalesce(t.http::text, 'none') || ', its raw answer ' || e.http
           WHEN t.answer = 'taken' AND t.http NOT BETWEEN 200 AND 299
           THEN 'was taken with HTTP ' || t.http
           WHEN t.step IN ('approve', 'send', 'initiate') AND t.http BETWEEN 200 AND 299
                AND t.answer NOT IN ('taken', 'in_doubt')
           THEN 'has HTTP ' || t.http || ' and is noted as ' || t.answer
           WHEN t.step = 'approve' AND t.tracking_id IS DISTINCT FROM b.tracking_id
                AND t.attempt_no = (SELECT max(y.attempt_no) FROM attempt y
                                     WHERE y.batch_id = t.batch_id AND y.step = 'approve')
           THEN 'approved file "' || coalesce(t.tracking_id, '') || '"'
           WHEN t.left_at < t.made_at OR t.answered_at < t.left_at
           THEN 'has times that cannot be'
           END AS words) x
     WHERE x.words IS NOT NULL
    UNION ALL
    SELECT 'request_differs', 'gap', b.account_id, b.run_id, b.batch_id, b.minor, b.minor,
           b.minor, 'the batch counts ' || b.attempts || ' requests, there are '
               || coalesce(t.n, 0)
      FROM b LEFT JOIN (SELECT batch_id, count(*) AS n, max(attempt_no) AS top
                          FROM attempt WHERE batch_id IN (SELECT batch_id FROM b)
                         GROUP BY batch_id) t USING (batch_id)
     WHERE b.attempts <> coalesce(t.n, 0) OR b.attempts <> coalesce(t.top, 0)
    UNION ALL
    SELECT 'answer_missing', 'gap', b.account_id, b.run_id, b.batch_id, b.minor, b.minor,
           b.minor, 'the batch counts ' || b.events || ' raw answers, there are '
               || coalesce(e.n, 0)
      FROM b LEFT JOIN (SELECT batch_id, count(*) AS n, max(event_no) AS top
                          FROM event WHERE batch_id IN (SELECT batch_id FROM b)
                         GROUP BY batch_id) e USING (batch_id)
     WHERE b.events <> coalesce(e.n, 0) OR b.events <> coalesce(e.top, 0)
    UNION ALL
    SELECT 'answer_changed', 'event ' || e.event_no, b.account_id, b.run_id, b.batch_id,
           b.minor, b.minor, b.minor, 'raw answer ' || e.event_no || ' (' || e.kind
               || ') is not the one that was received'
      FROM b JOIN event e USING (batch_id)
     WHERE sha256(e.body) <> e.sha256
    UNION ALL
    SELECT 'sums_differ', 'run', r.account_id, r.run_id, NULL, r.minor, r.m,
           abs(r.minor - r.m), 'the run says ' || r.rows || ' payments, its batches have ' || r.n
      FROM runs r WHERE r.rows <> r.n OR r.minor <> r.m
    UNION ALL
    SELECT 'sums_differ', 'account ' || a.account_id, a.account_id, r.run_id, NULL,
           a.minor, coalesce(x.m, 0), abs(a.minor - coalesce(x.m, 0)),
           'what this account is to pay of the run is not what its batches come to'
      FROM runs r JOIN run_account a ON a.run_id = r.run_id
      LEFT JOIN (SELECT run_id, account_id, sum(rows) AS n, sum(minor)::bigint AS m
                   FROM batch GROUP BY run_id, account_id) x
        ON x.run_id = r.run_id AND x.account_id = a.account_id
     WHERE a.minor <> coalesce(x.m, 0) OR a.rows <> coalesce(x.n, 0)
    UNION ALL
    SELECT 'approval_differs', 'total', r.account_id, r.run_id, NULL, r.minor,
           coalesce(p.minor, 0), abs(r.minor - coalesce(p.minor, 0)),
           CASE WHEN p.run_id IS NULL THEN 'payments of it left, and nobody approved it'
                ELSE 'the checker approved another total' END
      FROM runs r LEFT JOIN approval p ON p.run_id = r.run_id AND p.level = 1
     WHERE (p.run_id IS NULL AND EXISTS (SELECT 1 FROM b WHERE b.run_id = r.run_id
                                            AND b.left_at IS NOT NULL))
        OR p.minor <> r.minor
    UNION ALL
    SELECT 'approval_differs', 'audit', r.account_id, r.run_id, NULL, r.minor, p.minor,
           r.minor, 'the audit has no entry that ' || p.approver
               || ' approved this content of ' || p.made_by
      FROM runs r JOIN approval p ON p.run_id = r.run_id
     WHERE NOT EXISTS (SELECT 1 FROM audit a
                        WHERE a.subject = r.ref AND a.action = 'approve'
                          AND a.actor = p.approver
                          AND a.detail LIKE p.minor || ' minor units of ' || r.ccy
                              || ', digest ' || encode(p.digest, 'hex') || '%')
        OR NOT EXISTS (SELECT 1 FROM audit a
                        WHERE a.subject = r.ref AND a.action IN ('upload', 'retry')
                          AND a.actor = r.made_by)
)
INSERT INTO reconcile_finding (kind, account_id, run_id, batch_id, ours_minor,
                               theirs_minor, minor, what, detail)
SELECT kind, account_id, run_id, batch_id, ours, theirs, price, what, words
  FROM odd;
